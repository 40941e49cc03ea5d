# SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
# SPDX-License-Identifier: Apache-2.0
# Writes OUTPUT, a C++ source that holds the bytes of INPUT.
file(READ ${INPUT} bytes HEX)
string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
file(WRITE ${OUTPUT} "#include \"backend/request/BuiltInManifestText.h\"

namespace mrb::backend {

namespace {

constexpr unsigned char kBytes[] = {
${bytes}
};

} // namespace

std::string_view builtInManifestText()
{
    return {reinterpret_cast<const char *>(kBytes), sizeof kBytes};
}

} // namespace mrb::backend
")
