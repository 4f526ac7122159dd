import type { IDecoration, IMarker, Terminal } from '@xterm/xterm'

type Words = { text: string; isTrouble: boolean }
type Drawn = { marker: IMarker; decoration: IDecoration; words: Words[] }

/**
 * Marks over the lines at which they happened. They are laid over the stream and not written into it: the terminal's content stays
 * what the host sent, so that everybody's screen is the same whenever they came.
 */
export function createMarkLines(terminal: Terminal): { add: (words: Words) => void; clear: () => void } {
  let drawn: Drawn[] = []

  function draw(element: HTMLElement, { words }: Drawn): void {
    let label = element.firstElementChild
    if (label === null) {
      element.classList.add('console-mark')
      label = document.createElement('span')
      element.append(label)
    }
    element.dataset['tone'] = words.at(-1)?.isTrouble === true ? 'trouble' : 'plain'
    const text = words.map((one) => one.text).join('  ·  ')
    if (label.textContent !== text) label.textContent = text
  }

  return {
    add(words) {
      drawn = drawn.filter(({ marker }) => !marker.isDisposed)
      const buffer = terminal.buffer.active
      const same = drawn.find(({ marker }) => marker.line === buffer.baseY + buffer.cursorY)
      if (same !== undefined) {
        same.words = [...same.words, words].slice(-4)
        if (same.decoration.element !== undefined) draw(same.decoration.element, same)
        return
      }
      const marker = terminal.registerMarker(0)
      const overviewRulerOptions = { color: words.isTrouble ? '#a8640080' : '#8a949e80' }
      const decoration = terminal.registerDecoration({ marker, width: terminal.cols, layer: 'top', overviewRulerOptions })
      if (decoration === undefined) return
      const one: Drawn = { marker, decoration, words: [words] }
      drawn.push(one)
      decoration.onRender((element) => draw(element, one))
    },
    clear() {
      for (const { decoration, marker } of drawn) {
        decoration.dispose()
        marker.dispose()
      }
      drawn = []
    },
  }
}
