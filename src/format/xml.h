/* XML in a stream, through expat: elements by local name, text collected up to a cap. A
 * document type declaration is refused, and with it every entity but XML's own five. */
#ifndef SL_FORMAT_XML_H
#define SL_FORMAT_XML_H

#include "format/reading.h"

#define SL_XML_DEPTH_MAX 64u
#define SL_XML_TEXT_MAX (8u << 20)   /* of one element */

typedef struct sl_xml sl_xml;

/* What a format does with elements. `name` is local; text is what stood in the element
 * itself, blanks at its ends cut. Anything but SL_OK ends the reading. */
typedef struct sl_xml_handler {
  sl_err (*start)(void *context, sl_xml *xml, sl_str name, const char **attributes);
  sl_err (*end)(void *context, sl_xml *xml, sl_str name, sl_str text);
} sl_xml_handler;

/* Read the whole source. Errors: SL_ERR_SYNTAX (with the line), SL_ERR_CAP,
 * SL_ERR_UNSUPPORTED (a document type), SL_ERR_NOMEM, and what a handler returned. */
SL_MUST_USE sl_err sl_xml_read(sl_reading *reading, const sl_xml_handler *handler, void *context);
/* The line of the element at hand, and the names of those about it: 0 is its parent;
 * empty beyond the root. */
uint32_t sl_xml_line(const sl_xml *xml);
sl_str sl_xml_parent(const sl_xml *xml, uint32_t up);
/* What the element that ends holds, its blanks kept. */
sl_str sl_xml_whole(const sl_xml *xml);
/* A number of XML Schema (a plus, leading zeros and a bare point are allowed) as JSON has
 * it; empty when it is too long for one. */
#define SL_XML_NUMBER_ROOM 72u
sl_str sl_xml_number(char plain[static SL_XML_NUMBER_ROOM], sl_str text);
/* The value of an attribute by local name; NULL data when absent. */
sl_str sl_xml_attribute(const char **attributes, const char *name);

#endif
