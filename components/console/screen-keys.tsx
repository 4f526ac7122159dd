'use client'

import { ArrowDown, ArrowLeft, ArrowRight, ArrowUp } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { cx } from '../ui/class-names.ts'
import { arrowBytes, type Arrow } from './keys.ts'
import type { ConsoleHandle } from './use-console.ts'

const arrowIcons = { left: ArrowLeft, up: ArrowUp, down: ArrowDown, right: ArrowRight } as const

/** The keys that a touch keyboard has not. Ctrl holds for the next key. */
export function ScreenKeys({ handle: { view, terminal, type, holdCtrl, focus } }: { handle: ConsoleHandle }) {
  const t = useTranslations('console.keys')
  const arrow = (which: Arrow) => type(arrowBytes(which, terminal.current?.terminal.modes.applicationCursorKeysMode ?? false))
  return (
    <div
      role="toolbar"
      aria-label={t('label')}
      className="no-scrollbar flex shrink-0 gap-1.5 overflow-x-auto border-t bg-surface px-3 py-1.5 sm:hidden pointer-coarse:flex"
    >
      <Key label="Esc" onPress={() => type('\x1b')} />
      <Key label="Tab" onPress={() => type('\t')} />
      <Key
        label="Ctrl"
        pressed={view.isCtrl}
        onPress={() => {
          holdCtrl(!view.isCtrl)
          focus()
        }}
      />
      {(['left', 'up', 'down', 'right'] as const).map((which) => {
        const Icon = arrowIcons[which]
        return (
          <Key key={which} label={t(which)} onPress={() => arrow(which)}>
            <Icon size={15} aria-hidden />
          </Key>
        )
      })}
      <Key label="Ctrl-C" onPress={() => type('\x03')} />
    </div>
  )
}

/** Keeps the focus where it is, so that the keyboard on the screen stays. */
function Key({ label, pressed, onPress, children }: { label: string; pressed?: boolean; onPress: () => void; children?: ReactNode }) {
  return (
    <button
      type="button"
      aria-label={children === undefined ? undefined : label}
      aria-pressed={pressed}
      onPointerDown={(event) => event.preventDefault()}
      onClick={onPress}
      className={cx(
        'flex h-11 min-w-11 shrink-0 items-center justify-center rounded-md border px-3 text-label',
        pressed === true ? 'border-info bg-selected text-text' : 'border-line-strong text-muted',
      )}
    >
      {children ?? label}
    </button>
  )
}
