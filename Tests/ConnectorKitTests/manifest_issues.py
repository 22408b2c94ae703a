"""Asks the independent decoder about many manifests at once.

Takes the folder of manifest_check.py; stdin is a JSON list of {file, yaml}, stdout a JSON list of lists of issues.
"""
import functools, json, sys, yaml

sys.path.insert(0, sys.argv[1])
import manifest_check


def plain(node):
    """The C loader says '' for the style of a plain scalar where the decoder expects None."""
    if isinstance(node, yaml.ScalarNode):
        node.style = node.style or None
    else:
        for child in node.value:
            for part in child if isinstance(child, tuple) else (child,):
                plain(part)
    return node


def compose(text, Loader=None):
    node = yaml_compose(text, Loader=yaml.CSafeLoader)
    return node and plain(node)


yaml_compose = yaml.compose
if yaml.__with_libyaml__:
    yaml.compose = compose
    yaml.scan = functools.partial(yaml.scan, Loader=yaml.CSafeLoader)


def issues(manifest):
    try:
        found = manifest_check.decode(manifest["file"], manifest["yaml"]).issues
    except Exception as error:  # the decoder stumbles where it has no message; that is a refusal too
        found = [(0, 0, repr(error))]
    return [f"{line}:{column}: {message}" for line, column, message in sorted(set(found))]


json.dump([issues(manifest) for manifest in json.load(sys.stdin)], sys.stdout)
