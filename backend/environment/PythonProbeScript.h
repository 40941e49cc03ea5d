// SPDX-FileCopyrightText: 2026 MR Brain Studio contributors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace mrb::backend {

/// Begins the one line of the script's output that counts; start-up code may print others.
inline constexpr const char *kPythonFactsMark = "MRBRAIN-FACTS ";

/// Arguments: the checkout or "", then "distribution=module=1|0" (1: required) for each package.
/// Its syntax is also that of Python 2, so that an interpreter that is far too old can say so.
/// Modules are imported before anything is looked for and the current folder is taken off
/// sys.path first; find_spec() of a name without dots locates a package and executes nothing of it.
inline constexpr const char *kPythonProbeScript = R"py(
import sys
sys.path[:] = [p for p in sys.path if p not in ('', '.')]
import json
import os


def shown(path):
    if not path or sys.version_info < (3,):
        return path or ''
    return os.fsencode(path).decode('utf-8', 'replace')


def beginning(path):
    try:
        with open(path, 'rb') as source:
            return source.read(1 << 16).decode('utf-8', 'replace')
    except Exception:
        return ''


facts = {
    'version': list(sys.version_info[:3]),
    'version_text': sys.version.split()[0],
    'prefix': shown(sys.prefix),
    'base_prefix': shown(getattr(sys, 'base_prefix', sys.prefix)),
    'packages': [],
    'torch': None,
}


def look(root, wanted):
    import re
    from importlib import metadata
    from importlib.machinery import PathFinder
    from importlib.util import find_spec

    def found_by(finder, *arguments):
        try:
            spec = finder(*arguments)
        except Exception:
            return None
        # A folder without code in it (a namespace package) is not the package.
        return spec if spec is not None and spec.has_location else None

    def installed_version(distribution):
        try:
            return metadata.version(distribution) or ''
        except Exception:
            return ''

    def written_version(folder):
        pattern = (r'\b(?:__version__|version)["\']?(?:\s*:\s*\w[\w\[\]. |]*)?\s*[=:]\s*'
                   r'(?:\w+\s*=\s*)?["\'](\d[^"\']*)["\']')
        for name in ('_version.py', 'version.py', '__init__.py'):
            match = re.search(pattern, beginning(os.path.join(folder, name)))
            if match:
                return match.group(1)
        return ''

    def torch_build(folder):
        text = beginning(os.path.join(folder, 'version.py'))
        version = re.search(r'^__version__\s*(?::[^=\n]+)?=\s*["\']([^"\']+)["\']', text, re.M)
        cuda = re.search(r'^cuda\s*(?::[^=\n]+)?=\s*(?:None\b|["\']([^"\']*)["\'])', text, re.M)
        if version and cuda:
            return {'version': version.group(1), 'cuda': cuda.group(1) or ''}
        return None

    for item in wanted:
        distribution, module, required = item.rsplit('=', 2)
        in_root = found_by(PathFinder.find_spec, module, [root]) if root else None
        spec = in_root or found_by(find_spec, module)
        places = list(spec.submodule_search_locations or []) if spec else []
        location = places[0] if places else (spec.origin if spec else '')
        # The metadata of an installed package says nothing about one in the checkout.
        version = '' if in_root else installed_version(distribution)
        # The import name of a package that is not required may be another than guessed.
        found = bool(spec) or (required == '0' and version != '')
        if not version and places:
            version = written_version(places[0])
        if module == 'torch' and places:
            facts['torch'] = torch_build(places[0])
        facts['packages'].append({'found': found, 'version': version,
                                  'location': shown(location)})


if sys.version_info >= (3, 8):
    look(sys.argv[1], sys.argv[2:])
sys.stdout.write('\nMRBRAIN-FACTS ' + json.dumps(facts) + '\n')
)py";

} // namespace mrb::backend
