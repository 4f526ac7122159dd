'use client'

import { Check, Copy as CopyIcon } from 'lucide-react'
import { useState } from 'react'
import { cx } from './class-names.ts'
import { useWords } from './words.tsx'

const shownMs = 1_500

/** The clipboard needs a secure context; on plain http an unseen box and the old command do the same. */
export async function toClipboard(text: string): Promise<boolean> {
  if (navigator.clipboard !== undefined) {
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    )
  }
  const box = document.createElement('textarea')
  box.value = text
  box.className = 'sr-only'
  const host = document.querySelector('[role=dialog]') ?? document.body
  host.append(box)
  box.select()
  const done = document.execCommand('copy')
  box.remove()
  return done
}

/** Copies `text`, which may be made or fetched when it is asked for; says that it did, to eyes and ears. */
export function Copy({ text, label, className }: { text: string | (() => string | Promise<string>); label?: string; className?: string }) {
  const words = useWords()
  const [copied, setCopied] = useState(false)
  const press = async () => {
    if (!(await toClipboard(typeof text === 'string' ? text : await text()))) return
    setCopied(true)
    setTimeout(() => setCopied(false), shownMs)
  }
  const Icon = copied ? Check : CopyIcon
  return (
    <button
      type="button"
      onClick={() => void press()}
      aria-label={label ?? words.copy}
      title={copied ? words.copied : (label ?? words.copy)}
      className={cx('inline-flex size-6 shrink-0 items-center justify-center rounded-sm text-faint hover:text-text max-sm:size-11', className)}
    >
      <Icon size={13} aria-hidden />
      <output className="sr-only">{copied ? words.copied : ''}</output>
    </button>
  )
}

/** A command or an address to take away, in its own box, with the button at its end. */
export function CopyBox({ text, label }: { text: string; label?: string }) {
  return (
    <div className="flex min-w-0 items-start gap-2 rounded-md border border-line-strong bg-background py-1.5 pr-1.5 pl-3">
      <code className="min-w-0 flex-1 py-0.5 font-mono text-label break-all whitespace-pre-wrap text-muted">{text}</code>
      <Copy text={text} label={label} />
    </div>
  )
}
