# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
# The Debian package, made by packaging/build-deb.sh: cpack -G DEB in the build folder. Libraries are
# found by dpkg-shlibdeps; what it cannot see is named here, each with its reason.
set(MRB_MAINTAINER "MR Brain Studio contributors <mrbrain-studio@example.org>" CACHE STRING
    "Who answers for the package: a name and an address that reads mail")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME mrbrain-studio)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "${MRB_MAINTAINER}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "generate synthetic brain MRI, look at it and judge it")
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

# Not needed, though programs of this kind often do: Qt's SVG and SQL plugins (icons are PNG pictures
# and drawings, and there is no database) and VTK's Qt widgets (panes are painted by the program).
# Qt's xcb and offscreen platforms come with libqt6gui6, Mesa's drivers with libgl1.
set(needed
    python3           # runs the phantom engine, which needs the standard library alone
    fonts-dejavu-core # what pictures and reports are written in, so that they look alike everywhere
)
# The program starts without these and says what is missing when it is asked for.
set(recommended
    git             # tells whether a checkout of the model is the pinned one, and fetches it
    python3-venv    # a virtual environment for the model's packages
    ca-certificates # git and pip fetch by HTTPS
    qt6-wayland     # Qt's platform for Wayland, a plugin; without it the window runs under XWayland
    xdg-utils       # "Open folder" and addresses of web pages: Qt asks xdg-open
)
set(suggested
    bash-completion # completes the command line of both programs
)
list(JOIN needed ", " CPACK_DEBIAN_PACKAGE_DEPENDS)
list(JOIN recommended ", " CPACK_DEBIAN_PACKAGE_RECOMMENDS)
list(JOIN suggested ", " CPACK_DEBIAN_PACKAGE_SUGGESTS)

# What is known only when the package is made: the commit, and what is compressed.
set(MRB_BUILD_COMMIT_FILE ${CMAKE_BINARY_DIR}/backend/base/generated/backend/base/BuildCommit.cpp)
configure_file(debian/package.cmake.in ${CMAKE_CURRENT_BINARY_DIR}/package.cmake @ONLY)
set(CPACK_PROJECT_CONFIG_FILE ${CMAKE_CURRENT_BINARY_DIR}/package.cmake)
configure_file(debian/finish.cmake ${CMAKE_CURRENT_BINARY_DIR}/finish.cmake COPYONLY)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_BINARY_DIR}/finish.cmake)
include(CPack)
