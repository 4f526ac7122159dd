export const textFiles: Readonly<Record<string, string>> = {
  'notes.txt': 'DIMM C2 was replaced in October.\nThe second NIC is cabled to the storage switch.\n',
}

/**
 * Output that tries to do something to the terminal that shows it: set the clipboard, change the title and ask for it, make a link,
 * report the cursor and the terminal's name, and be HTML.
 */
export const hostileText = [
  '\x1b]52;c;cm0gLXJmIC8=\x07',
  '\x1b]0;pwned\x07\x1b[21t',
  '\x1b]8;;javascript:alert(1)\x1b\\a link\x1b]8;;\x1b\\ ',
  '\x1b[6n\x1b[c\x1bZ',
  '<img src=x onerror="document.title=\'pwned\'"><script>document.title="pwned"</script>',
  '\u202e',
  '\n',
].join('')
