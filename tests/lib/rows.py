"""Read what a command printed in four formats by strict parsers, and see that all hold the same rows.

    python3 rows.py JSON NDJSON CSV NULL

JSON is one array of objects, or show's object, whose rows are its changes.  NULL may be '-': there are no paths.
What is wrong is printed, and the exit status is 1.
"""

import csv
import io
import json
import re
import sys

RFC_4180 = re.compile(rb'(?:(?:"(?:[^"]|"")*"|[^",\r\n]*)(?:,(?:"(?:[^"]|"")*"|[^",\r\n]*))*\r\n)+')
TIME = re.compile(r'(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d\.\d{3,9})Z')


def fail(why):
    print(why)
    sys.exit(1)


def refuse_constant(word):
    fail(f'{word} is no JSON')


def unique(pairs):
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        fail(f'a key stands twice: {keys}')
    return dict(pairs)


def read(name):
    with open(name, 'rb') as file:
        return file.read()


def parse(text):
    return json.loads(text.decode('utf-8', 'strict'), object_pairs_hook=unique, parse_constant=refuse_constant)


def cells(row):
    """What CSV says of a row of JSON: texts are bytes, and where they are not UTF-8 these are in the key with _hex."""
    out = {}
    for key, value in row.items():
        if key.endswith('_hex') and key[:-4] in row:
            raw = bytes.fromhex(value)
            if raw.decode('utf-8', 'replace') == raw.decode('utf-8', 'ignore'):
                fail(f'{key} stands beside a text that is UTF-8')
            out[key[:-4]] = raw
        elif value is None:
            out[key] = b''
        elif isinstance(value, str):
            time = TIME.fullmatch(value)
            out[key] = (f'{time[1]} {time[2]}' if time else value).encode()
        else:
            out[key] = str(value).encode()
    return out


def main():
    whole = parse(read(sys.argv[1]))
    if isinstance(whole, dict):
        if list(whole) != ['run', 'changes', 'blind_spots', 'notable']:
            fail(f'the keys of show are {list(whole)}')
        whole = whole['changes']
    lines = read(sys.argv[2])
    if lines and not lines.endswith(b'\n'):
        fail('the last line of ndjson does not end')
    if [parse(line) for line in lines.split(b'\n')[:-1]] != whole:
        fail('ndjson has other rows than json')

    text = read(sys.argv[3])
    if not RFC_4180.fullmatch(text):
        fail('the CSV is not as RFC 4180 has it')
    table = list(csv.reader(io.StringIO(text.decode('latin-1'), newline=''), strict=True))
    header, rows = table[0], [[cell.encode('latin-1') for cell in row] for row in table[1:]]
    if any(len(row) != len(header) for row in rows):
        fail('a row of CSV has not the columns of the header')
    wanted = [cells(row) for row in whole]
    if wanted and header != list(wanted[0]):
        fail(f'the columns of CSV are {header}, those of json {list(wanted[0])}')
    for got, row in zip(rows, wanted):
        for name, cell in zip(header, got):
            if cell != row[name] and not (name == 'seconds' and float(cell) == float(row[name])):
                fail(f'{name} is {cell} in CSV, {row[name]} in json')
    if len(rows) != len(wanted):
        fail(f'CSV has {len(rows)} rows, json {len(wanted)}')

    if sys.argv[4] != '-':
        paths = read(sys.argv[4])
        if paths and not paths.endswith(b'\0'):
            fail('the last path of null does not end')
        # what a program could take for an option or a comment, below a root, has ./ in front
        got = [path[2:] if re.match(rb'\./[-#;]', path) else path for path in paths.split(b'\0')[:-1]]
        if got != [row['path'] for row in wanted]:
            fail('null has other paths than json')
    print(len(wanted))


main()
