# Flags of every target. -ffp-contract=off keeps geometry bit-identical across
# compilers and levels; assertions stay in release builds (base/assert.h).
add_library(sl_flags INTERFACE)
target_compile_definitions(sl_flags INTERFACE _POSIX_C_SOURCE=200809L _FILE_OFFSET_BITS=64)
target_compile_options(sl_flags INTERFACE
  -Wall -Wextra -Wconversion -Wshadow $<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes$<SEMICOLON>-Wmissing-prototypes>
  -Wvla -Wformat=2 -Wundef -Werror -ffp-contract=off -fno-math-errno -g)
target_include_directories(sl_flags INTERFACE "${CMAKE_SOURCE_DIR}/src" "${CMAKE_SOURCE_DIR}/include")
if(SL_FUZZ)   # coverage of the floors, not of the target alone
  target_compile_options(sl_flags INTERFACE -fsanitize=fuzzer-no-link)
  target_link_options(sl_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(SL_SANITIZE)
  set(kinds "${SL_SANITIZE}")
  if(SL_SANITIZE STREQUAL "address")
    set(kinds "address,undefined")
  endif()
  target_compile_options(sl_flags INTERFACE -fsanitize=${kinds} -fno-sanitize-recover=all -fno-omit-frame-pointer -O1)
  target_link_options(sl_flags INTERFACE -fsanitize=${kinds})
else()
  target_compile_options(sl_flags INTERFACE -fstack-protector-strong)
  if(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
    target_compile_options(sl_flags INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
  endif()
  target_link_options(sl_flags INTERFACE -Wl,-z,relro,-z,now)
endif()
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
# -O2, and no -DNDEBUG: nothing in the project depends on it.
set(CMAKE_C_FLAGS_RELEASE "-O2")
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2")
