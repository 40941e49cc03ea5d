# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
# Run by cpack over the staged installation: what Debian's policy asks of a package and an
# installation elsewhere does not need.
set(share ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/share)
set(doc ${share}/doc/${CPACK_PACKAGE_NAME})

# SOURCE_DATE_EPOCH wins where it is set, so that the same sources can give the same package.
set(ENV{LC_ALL} C)
string(TIMESTAMP now "%a, %d %b %Y %H:%M:%S +0000" UTC)
file(WRITE ${doc}/changelog
"${CPACK_PACKAGE_NAME} (${CPACK_PACKAGE_VERSION}) unstable; urgency=medium

  * Built from commit ${MRB_COMMIT}. What is new is in CHANGELOG.md.gz.

 -- ${CPACK_PACKAGE_CONTACT}  ${now}
")

# Without name and time inside, as Debian wants it.
file(GLOB texts ${share}/man/man1/*.1 ${doc}/changelog ${doc}/CHANGELOG.md)
foreach(text IN LISTS texts)
  execute_process(COMMAND gzip -9nf ${text} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
