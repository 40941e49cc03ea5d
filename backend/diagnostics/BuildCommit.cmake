# Writes BuildFacts.h for the commit that is checked out now; an unchanged file keeps its time.
# cmake -DSOURCE=... -DINPUT=... -DOUTPUT=... -P BuildCommit.cmake
set(MRB_COMMIT "")
find_program(git git)
if(git AND EXISTS "${SOURCE}/.git")
  execute_process(COMMAND ${git} -C ${SOURCE} describe --always --dirty --abbrev=12 --exclude=*
                  OUTPUT_VARIABLE answer ERROR_QUIET RESULT_VARIABLE failed
                  OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(failed EQUAL 0 AND answer MATCHES "^[0-9a-f]+(-dirty)?$")
    set(MRB_COMMIT "${answer}")
  endif()
endif()
configure_file(${INPUT} ${OUTPUT} @ONLY)
