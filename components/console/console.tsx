'use client'

import { useTranslations } from 'next-intl'
import dynamic from 'next/dynamic'
import { useEffect, useEffectEvent, useRef, useState, type ClipboardEvent, type CSSProperties, type ReactNode, type RefObject } from 'react'
import { may } from '#lib/domain/permission.ts'
import type { Role } from '#lib/domain/role.ts'
import type { CaptureSetting } from '#lib/domain/console.ts'
import { cx } from '../ui/class-names.ts'
import { toClipboard } from '../ui/copy.tsx'
import { toast } from '../ui/toast.tsx'
import { Crew, StatePill } from './crew.tsx'
import { sentByMenu, type SysrqKey } from './keys.ts'
import { Notices } from './notices.tsx'
import { countLines, guardAboveLines, toTyped } from './paste.ts'
import { keepFontSize, keepScreenReader, stepFontSize, type ConsolePreferences } from './preferences.ts'
import { saveDownload } from './save-download.ts'
import { ScreenKeys } from './screen-keys.tsx'
import { saveCapture } from './ticket.ts'
import { ToolRow } from './tool-row.tsx'
import { driverOf, mayType, useConsole } from './use-console.ts'
import { useFullScreen } from './use-full-screen.ts'

const PasteDialog = dynamic(() => import('./paste-dialog.tsx').then((module) => module.PasteDialog), { ssr: false })
const HelpDialog = dynamic(() => import('./help-dialog.tsx').then((module) => module.HelpDialog), { ssr: false })
const SizeDialog = dynamic(() => import('./size-dialog.tsx').then((module) => module.SizeDialog), { ssr: false })
const ConfirmDialog = dynamic(() => import('./confirm-dialog.tsx').then((module) => module.ConfirmDialog), { ssr: false })
const FindBar = dynamic(() => import('./find-bar.tsx').then((module) => module.FindBar), { ssr: false })

type Props = {
  node: string
  role: Role
  capture: CaptureSetting
  preferences: ConsolePreferences
  /** The power menu, for when the console covers the page's head. */
  power: ReactNode
}

type Open =
  | { kind: 'help' }
  | { kind: 'size'; fits: { columns: number; rows: number } }
  | { kind: 'paste'; text: string }
  | { kind: 'sysrq'; key: SysrqKey }

const decoder = new TextDecoder()

/** The serial console of a node: the stream, who is at it, and what can be sent. */
export function Console({ node, role, capture: firstCapture, preferences: first, power }: Props) {
  const t = useTranslations('console')
  const host = useRef<HTMLDivElement>(null)
  const space = useRef<HTMLDivElement>(null)
  const [preferences, setPreferences] = useState(first)
  const [capture, setCapture] = useState(firstCapture)
  const [open, setOpen] = useState<Open | null>(null)
  const [isFinding, setIsFinding] = useState(false)
  const [isFull, setIsFull] = useFullScreen()
  const handle = useConsole(node, host, preferences)
  const { view, terminal, type, ask, focus } = handle

  const close = () => {
    setOpen(null)
    setIsFinding(false)
    focus()
  }
  const notOpen = view.status?.state === 'open' ? undefined : t('nudge.notOpen')
  const reason = mayType(view) ? notOpen : t('nudge.watching', { name: driverOf(view) ?? '?' })

  const copy = async () => {
    const now = terminal.current
    if (now === null) return
    const isSelection = now.terminal.hasSelection()
    const done = await toClipboard(isSelection ? now.terminal.getSelection() : now.readScreen())
    toast({ title: done ? (isSelection ? t('copied.selection') : t('copied.screen')) : t('copied.failed'), staysMs: 2_000 })
    focus()
  }
  const paste = (text: string) => {
    if (text === '') return
    if (countLines(text) > guardAboveLines) setOpen({ kind: 'paste', text })
    else if (reason !== undefined) type('')
    else type(bracketed(toTyped(text)))
  }
  const bracketed = (text: string) => (terminal.current?.terminal.modes.bracketedPasteMode === true ? `\x1b[200~${text}\x1b[201~` : text)
  const onPaste = (event: ClipboardEvent) => {
    event.preventDefault()
    event.stopPropagation()
    paste(event.clipboardData.getData('text/plain'))
  }
  const pasteFromButton = async () => {
    const text = await navigator.clipboard?.readText?.().catch(() => '')
    setOpen({ kind: 'paste', text: text ?? '' })
  }

  const download = () => {
    const moment = new Date().toISOString().slice(0, 19).replaceAll(':', '')
    saveDownload(`${node}-console-${moment}.txt`, terminal.current?.readText() ?? '')
  }
  const openSize = () => {
    const now = terminal.current
    if (now !== null && space.current !== null) setOpen({ kind: 'size', fits: now.proposeSize(space.current) })
  }
  const setFont = (direction: 1 | -1) => {
    const fontSize = stepFontSize(preferences.fontSize, direction)
    setPreferences({ ...preferences, fontSize })
    keepFontSize(fontSize)
    terminal.current?.setFontSize(fontSize)
    focus()
  }
  const setReader = (screenReader: boolean) => {
    setPreferences({ ...preferences, screenReader })
    keepScreenReader(screenReader)
    terminal.current?.setScreenReader(screenReader)
  }
  const changeCapture = async (next: CaptureSetting) => {
    await saveCapture(node, next).then(
      () => setCapture(next),
      () => toast({ level: 'warning', title: t('captureFailed') }),
    )
  }

  const leave = () => document.querySelector<HTMLElement>('[data-console-exit]')?.focus()
  /** Keys that are ours and do not reach the host. Everything else does, Tab and Escape too. */
  const onOwnKey = useEffectEvent((event: KeyboardEvent) => {
    if (!event.ctrlKey || !event.shiftKey || event.altKey || event.metaKey) return
    const deed = { KeyL: leave, KeyF: () => setIsFinding(true), KeyC: () => void copy() }[event.code]
    if (deed === undefined) return
    event.preventDefault()
    event.stopPropagation()
    deed()
  })

  useEffect(() => {
    const box = space.current
    const onKey = (event: KeyboardEvent) => onOwnKey(event)
    box?.addEventListener('keydown', onKey, { capture: true })
    return () => box?.removeEventListener('keydown', onKey, { capture: true })
  }, [])

  const margin = useMargin(space, view.screenWidth)

  return (
    <div data-console className={cx('flex min-h-0 flex-1 flex-col bg-background', isFull && 'fixed inset-0 z-30')}>
      <ToolRow
        columns={view.columns}
        rows={view.rows}
        tools={{
          reason,
          breakReason: reason ?? (view.status?.via === 'sol' ? undefined : t('nudge.noBreak')),
          isFull,
          isReader: preferences.screenReader,
          capture,
          fontSize: preferences.fontSize,
          onCapture: may({ role }, 'editNodes') ? (next) => void changeCapture(next) : undefined,
          onFind: () => setIsFinding(true),
          onCopy: () => void copy(),
          onPaste: () => void pasteFromButton(),
          onBreak: () => (ask({ type: 'break' }), focus()),
          onSysrq: (key, danger) => (danger ? setOpen({ kind: 'sysrq', key }) : (ask({ type: 'sysrq', key }), focus())),
          onKey: (key) => (type(sentByMenu[key]), focus()),
          onFont: setFont,
          onDownload: download,
          onFull: () => setIsFull(!isFull),
          onReader: setReader,
          onSize: openSize,
          onHelp: () => setOpen({ kind: 'help' }),
        }}
      >
        <StatePill view={view} />
        <Crew handle={handle} />
        {isFull && power}
      </ToolRow>
      <Notices handle={handle} />
      {isFinding && <FindBar terminal={terminal} onClose={close} />}
      <div ref={space} onPasteCapture={onPaste} className="relative min-h-0 flex-1 overflow-auto px-5 py-3 max-sm:px-2">
        <div
          ref={host}
          data-margin={margin !== null}
          style={{ '--console-margin': `${margin ?? 0}px`, minWidth: view.screenWidth } as CSSProperties}
          className="console-terminal"
        />
      </div>
      <ol role="log" aria-label={t('marks')} className="sr-only">
        {view.told.map(({ id, text }) => (
          <li key={id}>{text}</li>
        ))}
      </ol>
      <p className="shrink-0 border-t px-5 py-1.5 text-label text-faint max-sm:hidden" tabIndex={-1} data-console-exit>
        {t('hint')}
      </p>
      <ScreenKeys handle={handle} />
      {open?.kind === 'help' && <HelpDialog onClose={close} />}
      {open?.kind === 'size' && (
        <SizeDialog
          now={{ columns: view.columns, rows: view.rows }}
          fits={open.fits}
          reason={mayType(view) ? undefined : reason}
          onResize={(size) => ask({ type: 'size', ...size })}
          onClose={close}
        />
      )}
      {open?.kind === 'paste' && <PasteDialog text={open.text} node={node} send={(piece) => type(decoder.decode(piece))} onClose={close} />}
      {open?.kind === 'sysrq' && (
        <ConfirmDialog
          title={t('sysrq.confirmTitle', { key: open.key, node })}
          text={t(`sysrq.key.${open.key}`)}
          confirm={t('sysrq.confirm', { key: open.key })}
          onConfirm={() => ask({ type: 'sysrq', key: open.key })}
          onClose={close}
        />
      )}
    </div>
  )
}

const leastMargin = 240
/** The space's padding and the scrollbar. */
const edges = 60

/** The px beside the terminal's screen, for the words of a mark; null where there is too little. */
function useMargin(space: RefObject<HTMLElement | null>, screenWidth: number): number | null {
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const box = space.current
    if (box === null) return
    const watch = new ResizeObserver(() => setWidth(box.clientWidth))
    watch.observe(box)
    return () => watch.disconnect()
  }, [space])
  const margin = width - screenWidth - edges
  return screenWidth > 0 && margin >= leastMargin ? margin : null
}
