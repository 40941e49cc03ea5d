# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
# Writes BuildCommit.cpp for the commit that is checked out now; an unchanged file keeps its time.
# cmake -DSOURCE=... -DINPUT=... -DOUTPUT=... [-DGIVEN=...] -P BuildCommit.cmake
# GIVEN: what a build from a source archive calls its commit; it wins over what git says.
# Whatever git cannot tell is "unknown", and never a reason not to build.
set(commit "unknown")
if(GIVEN)
  if(NOT GIVEN MATCHES "^[0-9A-Za-z.+~_-]+$")
    message(FATAL_ERROR "MRB_COMMIT is no name of a commit: ${GIVEN}")
  endif()
  set(commit "${GIVEN}")
else()
  find_program(git git)
  # A .git of its own: an archive unpacked inside another repository is not that repository's commit.
  # It is a file in a worktree.
  if(git AND EXISTS "${SOURCE}/.git")
    # Somebody else's checkout is trusted no further than its build files, which run just now. Without
    # optional locks, so that a commit made at the same time does not fail.
    execute_process(
      COMMAND ${CMAKE_COMMAND} -E env --unset=GIT_DIR --unset=GIT_WORK_TREE --unset=GIT_INDEX_FILE
              GIT_OPTIONAL_LOCKS=0 LC_ALL=C
              ${git} -c safe.directory=${SOURCE} -C ${SOURCE}
              describe --always --dirty=+modified --abbrev=12 --exclude=*
      OUTPUT_VARIABLE answer ERROR_QUIET RESULT_VARIABLE failed
      OUTPUT_STRIP_TRAILING_WHITESPACE)
    if(failed EQUAL 0 AND answer MATCHES "^[0-9a-f]+([+]modified)?$")
      set(commit "${answer}")
    endif()
  endif()
endif()
configure_file(${INPUT} ${OUTPUT} @ONLY)
