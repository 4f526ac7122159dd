'use client'

import { useTranslations } from 'next-intl'
import { useEffect, useEffectEvent, useRef, useState, type RefObject } from 'react'
import type { ConsoleMode, ConsoleRequest, ConsoleStatus } from '#lib/domain/console.ts'
import { dismissToast, toast } from '../ui/toast.tsx'
import type { Connection, Crew, Line, Refusal } from './connection.ts'
import { withCtrl } from './keys.ts'
import type { ConsolePreferences } from './preferences.ts'
import type { ConsoleTerminal } from './terminal.ts'
import { askTicket, openSocket } from './ticket.ts'
import { useMarkWords } from './use-mark-words.ts'

/** What is known of a console beside its stream. */
export type View = {
  line: Line
  status: ConsoleStatus | null
  crew: Crew
  you: string | null
  mode: ConsoleMode
  isLive: boolean
  columns: number
  rows: number
  /** In px. */
  screenWidth: number
  /** The last marks, newest last, for who cannot see them in the stream. */
  told: readonly { id: number; text: string }[]
  /** Ctrl is held by the key on the screen, for the next key. */
  isCtrl: boolean
}

const first: View = {
  line: { state: 'connecting' },
  status: null,
  crew: { viewers: [], driver: null, heldFor: null },
  you: null,
  mode: 'drive',
  isLive: false,
  columns: 80,
  rows: 24,
  screenWidth: 0,
  told: [],
  isCtrl: false,
}

export type ConsoleHandle = {
  view: View
  /** Null until the terminal is loaded. */
  terminal: RefObject<ConsoleTerminal | null>
  /** Types as the driver; says so and gives false when it cannot reach the host. */
  type: (text: string) => boolean
  ask: (request: ConsoleRequest) => void
  connectNow: () => void
  holdCtrl: (on: boolean) => void
  focus: () => void
}

const encoder = new TextEncoder()
const nudgeEveryMs = 4_000
const toldMarks = 8

/** True when what is typed here goes to the host, or makes this the driver. */
export const mayType = ({ crew, you, mode }: View) =>
  mode === 'drive' && (crew.driver === you || (crew.driver === null && crew.heldFor === null))

export const driverOf = ({ crew }: View) => crew.viewers.find(({ id }) => id === crew.driver)?.name ?? crew.heldFor

/** A terminal in `host`, joined to the console of a node for as long as it is shown. */
export function useConsole(node: string, host: RefObject<HTMLDivElement | null>, preferences: ConsolePreferences): ConsoleHandle {
  const t = useTranslations('console')
  const markWords = useMarkWords()
  const [view, setView] = useState(first)
  const terminal = useRef<ConsoleTerminal | null>(null)
  const connection = useRef<Connection | null>(null)
  const latest = useRef(first)
  const nudged = useRef({ atMs: -Infinity, toast: 0 })

  const change = (part: Partial<View>) => {
    latest.current = { ...latest.current, ...part }
    setView(latest.current)
  }

  const nudge = (title: string, text?: string) => {
    const nowMs = performance.now()
    if (nowMs - nudged.current.atMs < nudgeEveryMs) return
    dismissToast(nudged.current.toast)
    nudged.current = { atMs: nowMs, toast: toast({ title, text, staysMs: nudgeEveryMs }) }
  }

  const type = (text: string): boolean => {
    const now = latest.current
    if (!mayType(now)) {
      nudge(t('nudge.watching', { name: driverOf(now) ?? '?' }), t('nudge.takeOver'))
      return false
    }
    if (now.status?.state !== 'open' || connection.current?.type(encoder.encode(text)) !== true) {
      nudge(t('nudge.notSent'), t('nudge.notOpen'))
      return false
    }
    return true
  }

  const onTyped = useEffectEvent((text: string) => {
    const { isCtrl } = latest.current
    if (isCtrl) change({ isCtrl: false })
    type(isCtrl ? withCtrl(text) : text)
  })

  const onTakenOver = useEffectEvent((by: string) => {
    const { crew, you } = latest.current
    if (crew.driver === you) toast({ level: 'warning', title: t('takenOver', { by }), text: t('takenOverText') })
  })

  const onRefused = useEffectEvent(({ reason }: Refusal) => nudge(t('refused.title'), t(`refused.${reason}`)))

  const onLine = useEffectEvent((line: Line) => {
    const isSignedOut = line.state === 'ended' && line.why === 'signedOut'
    if (isSignedOut) location.assign(`/sign-in?ended=1&next=${encodeURIComponent(location.pathname)}`)
    change({ line })
  })

  const onChange = useEffectEvent(change)
  const onSkipped = useEffectEvent((bytes: number) => {
    toast({ level: 'warning', title: t('skipped', { kilobytes: Math.ceil(bytes / 1024) }), text: t('skippedText') })
  })
  const toMarkWords = useEffectEvent(markWords)

  const start = useEffectEvent(async (name: string, isGone: () => boolean): Promise<void> => {
    const [{ createTerminal }, { createConnection }] = await Promise.all([import('./terminal.ts'), import('./connection.ts')])
    if (host.current === null || isGone()) return
    const made = await createTerminal({
      host: host.current,
      ...preferences,
      label: t('terminalLabel', { node: name }),
      markWords: (mark) => toMarkWords(mark),
      onTyped: (text) => onTyped(text),
      onParsed: (pending) => connection.current?.parsed(pending),
      onSize: (size) => onChange(size),
      onMark: (mark) => onChange({ told: [...latest.current.told, { id: mark.id, text: toMarkWords(mark).text }].slice(-toldMarks) }),
    })
    if (isGone()) return made.dispose()
    terminal.current = made
    connection.current = createConnection({
      screen: made.screen,
      ticket: () => askTicket(name),
      open: openSocket,
      events: {
        onLine: (line) => onLine(line),
        onHello: (you, mode) => onChange({ you, mode }),
        onStatus: (status) => onChange({ status }),
        onCrew: (crew) => onChange({ crew }),
        onTakenOver: (by) => onTakenOver(by),
        onRefused: (refusal) => onRefused(refusal),
        onLive: (isLive) => onChange({ isLive }),
        onSkipped: (bytes) => onSkipped(bytes),
      },
    })
    made.terminal.focus()
  })

  useEffect(() => {
    let isGone = false
    void start(node, () => isGone)
    const onOnline = () => connection.current?.connectNow()
    window.addEventListener('online', onOnline)
    return () => {
      isGone = true
      window.removeEventListener('online', onOnline)
      connection.current?.close()
      connection.current = null
      terminal.current?.dispose()
      terminal.current = null
    }
  }, [node])

  return {
    view,
    terminal,
    type,
    ask(request) {
      if (connection.current?.ask(request) !== true) nudge(t('nudge.notSent'), t('nudge.notOpen'))
    },
    connectNow: () => connection.current?.connectNow(),
    holdCtrl: (isCtrl) => change({ isCtrl }),
    focus: () => terminal.current?.terminal.focus(),
  }
}
