/* Purpose: see the header. Work expected: files of any length, fed to expat as they come.
 * Representation: a stack of local names; one text buffer, emptied at every tag. */
#include "format/xml.h"

#include <expat.h>

#include "base/assert.h"
#include "base/buf.h"
#include "format/charset.h"
#include "format/measure.h"

#define NAME_MAX_BYTES 64u

struct sl_xml {
  XML_Parser parser;
  const sl_xml_handler *handler;
  void *context;
  sl_fault *fault;
  sl_err error;
  char name[SL_XML_DEPTH_MAX][NAME_MAX_BYTES];
  uint32_t depth;
  sl_buf text;
};

static void stop(sl_xml *xml, sl_err error) {
  if (xml->error == SL_OK) xml->error = error;
  (void)XML_StopParser(xml->parser, XML_FALSE);
}

static sl_err fail(sl_xml *xml, sl_err code, const char *reason) {
  (void)sl_fault_set(xml->fault, code, "%s", reason);
  if (xml->fault && xml->fault->line == 0) xml->fault->line = sl_xml_line(xml);
  return code;
}

static const char *local(const char *name) {
  const char *colon = strrchr(name, ':');
  return colon ? colon + 1 : name;
}

static void XMLCALL on_start(void *context, const XML_Char *name, const XML_Char **attributes) {
  sl_xml *xml = context;
  const char *own = local(name);
  size_t size = strlen(own);
  if (xml->error) return;
  if (xml->depth == SL_XML_DEPTH_MAX || size >= NAME_MAX_BYTES) {
    stop(xml, fail(xml, SL_ERR_CAP, "elements nested more than 64 deep, or a name of more than 63 bytes"));
    return;
  }
  memcpy(xml->name[xml->depth++], own, size + 1);
  sl_buf_clear(&xml->text);
  sl_err error = xml->handler->start(xml->context, xml, (sl_str){own, size}, attributes);
  if (error) stop(xml, error);
}

static void XMLCALL on_end(void *context, const XML_Char *name) {
  sl_xml *xml = context;
  if (xml->error) return;
  SL_ASSERT(xml->depth > 0);
  xml->depth--;
  sl_str text = xml->text.size ? sl_buf_str(&xml->text) : SL_STR("");
  while (text.size && strchr(" \t\r\n", text.data[0])) text.data++, text.size--;
  while (text.size && strchr(" \t\r\n", text.data[text.size - 1])) text.size--;
  sl_err error = xml->handler->end(xml->context, xml, sl_str_from(local(name)), text);
  sl_buf_clear(&xml->text);
  if (error) stop(xml, error);
}

static void XMLCALL on_text(void *context, const XML_Char *data, int size) {
  sl_xml *xml = context;
  if (xml->error) return;
  sl_buf_add(&xml->text, data, (size_t)size);
  if (xml->text.error) stop(xml, fail(xml, xml->text.error, "an element with more than 8 MiB of text"));
}

static void XMLCALL on_doctype(void *context, const XML_Char *name, const XML_Char *system, const XML_Char *public_id, int internal) {
  (void)name;
  (void)system;
  (void)public_id;
  (void)internal;
  sl_xml *xml = context;
  stop(xml, fail(xml, SL_ERR_UNSUPPORTED, "a document type declaration is not accepted"));
}

uint32_t sl_xml_line(const sl_xml *xml) { return (uint32_t)XML_GetCurrentLineNumber(xml->parser); }

sl_str sl_xml_parent(const sl_xml *xml, uint32_t up) {
  /* While an element starts it is on the stack itself; when it ends it has left it. */
  return up < xml->depth ? sl_str_from(xml->name[xml->depth - 1 - up]) : (sl_str){NULL, 0};
}

sl_str sl_xml_whole(const sl_xml *xml) { return xml->text.size ? sl_buf_str(&xml->text) : SL_STR(""); }

sl_str sl_xml_attribute(const char **attributes, const char *name) {
  for (; attributes && attributes[0]; attributes += 2)
    if (strcmp(local(attributes[0]), name) == 0) return sl_str_from(attributes[1]);
  return (sl_str){NULL, 0};
}

static sl_err feed(sl_xml *xml, sl_source *source) {
  for (;;) {
    sl_ahead ahead;
    sl_err error = sl_source_ahead(&ahead, source, 1, xml->fault);
    if (error) return error;
    if (ahead.size > (size_t)1 << 20) ahead.size = (size_t)1 << 20;
    enum XML_Status status = XML_Parse(xml->parser, (const char *)ahead.data, (int)ahead.size, ahead.size == 0);
    if (xml->error) return xml->error;
    if (status != XML_STATUS_OK) {
      const enum XML_Error why = XML_GetErrorCode(xml->parser);
      return fail(xml, SL_ERR_SYNTAX, why == XML_ERROR_INVALID_TOKEN ? "not well-formed XML, or not in the encoding that it says (without a word UTF-8)"
                                      : why == XML_ERROR_UNKNOWN_ENCODING ? "XML in an encoding that is not known: UTF-8 is" : "not well-formed XML");
    }
    if (ahead.size == 0) return SL_OK;
    sl_source_skip(source, ahead.size);
  }
}

/* Of the encodings that expat does not know itself, the one that programs on Windows write. */
static int XMLCALL on_encoding(void *unused, const XML_Char *name, XML_Encoding *info) {
  (void)unused;
  const sl_str text = sl_str_from(name);
  if (!sl_str_is_nocase(text, "windows-1252") && !sl_str_is_nocase(text, "cp1252")) return XML_STATUS_ERROR;
  for (int i = 0; i < 256; i++) {
    const uint16_t code = sl_windows_1252((uint8_t)i);
    info->map[i] = code || i == 0 ? code : -1;
  }
  return XML_STATUS_OK;
}

sl_str sl_xml_number(char plain[static SL_XML_NUMBER_ROOM], sl_str text) {
  size_t size = 0;
  if (text.size + 2 > SL_XML_NUMBER_ROOM) return (sl_str){"", 0};
  if (text.size && text.data[0] == '-') plain[size++] = '-';
  if (text.size && (text.data[0] == '-' || text.data[0] == '+')) text.data++, text.size--;
  while (text.size > 1 && text.data[0] == '0' && text.data[1] >= '0' && text.data[1] <= '9') text.data++, text.size--;
  if (text.size > 1 && text.data[0] == '.') plain[size++] = '0';
  if (text.size) memcpy(plain + size, text.data, text.size);
  size += text.size;
  if (size > 1 && plain[size - 1] == '.') size--;
  return (sl_str){plain, size};
}

sl_err sl_xml_read(sl_reading *reading, const sl_xml_handler *handler, void *context) {
  SL_ASSERT(reading && handler && handler->start && handler->end);
  sl_xml xml = {.handler = handler, .context = context, .fault = reading->fault};
  xml.parser = XML_ParserCreate(reading->recoded ? "UTF-8" : NULL);
  if (!xml.parser) return sl_fault_set(reading->fault, SL_ERR_NOMEM, "out of memory");
  sl_buf_init(&xml.text, SL_XML_TEXT_MAX);
  XML_SetUserData(xml.parser, &xml);
  XML_SetElementHandler(xml.parser, on_start, on_end);
  XML_SetCharacterDataHandler(xml.parser, on_text);
  XML_SetUnknownEncodingHandler(xml.parser, on_encoding, NULL);
  XML_SetStartDoctypeDeclHandler(xml.parser, on_doctype);
  sl_err error = feed(&xml, reading->source);
  XML_ParserFree(xml.parser);
  sl_buf_fini(&xml.text);
  return error;
}
