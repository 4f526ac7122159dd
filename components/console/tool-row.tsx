'use client'

import { CircleQuestionMark, ClipboardPaste, Copy, Download, Ellipsis, Keyboard, Maximize, Minimize, Search, Zap } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import type { CaptureSetting } from '#lib/domain/console.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { MenuButton, type MenuEntry } from '../ui/menu-button.tsx'
import { sentByMenu, sysrqKeys, type MenuKey, type SysrqKey } from './keys.ts'

/** What the tool row can do; `reason` greys what types into the console. */
export type Tools = {
  reason: string | undefined
  /** Why no Break can be sent, nor what begins with one. */
  breakReason: string | undefined
  isFull: boolean
  isReader: boolean
  capture: CaptureSetting
  fontSize: number
  /** Undefined for whoever may not change it. */
  onCapture: ((next: CaptureSetting) => void) | undefined
  onFind: () => void
  onCopy: () => void
  onPaste: () => void
  onBreak: () => void
  onSysrq: (key: SysrqKey, danger: boolean) => void
  onKey: (key: MenuKey) => void
  onFont: (direction: 1 | -1) => void
  onDownload: () => void
  onFull: () => void
  onReader: (on: boolean) => void
  onSize: () => void
  onHelp: () => void
}

type Props = {
  tools: Tools
  columns: number
  rows: number
  /** State and people, at the start. */
  children: ReactNode
}

/** The tools of the console; on a narrow screen they fold into one menu. */
export function ToolRow({ tools, columns, rows, children }: Props) {
  const t = useTranslations('console.tools')
  const { reason, breakReason } = tools
  const sysrq = useSysrqEntries(tools)
  const keys: MenuEntry[] = [
    { kind: 'heading', label: t('keysHint') },
    ...(Object.keys(sentByMenu) as MenuKey[]).map((key): MenuEntry => ({ label: key, onSelect: () => tools.onKey(key), reason })),
  ]
  const font: MenuEntry[] = [
    { label: t('larger'), end: `${tools.fontSize} px`, onSelect: () => tools.onFont(1) },
    { label: t('smaller'), onSelect: () => tools.onFont(-1) },
  ]
  const more: MenuEntry[] = [
    ...font,
    { kind: 'line' },
    { label: t('size'), end: `${columns} × ${rows}`, onSelect: tools.onSize },
    { label: t('download'), onSelect: tools.onDownload },
    { kind: 'line' },
    { label: t('reader'), checked: tools.isReader, onSelect: () => tools.onReader(!tools.isReader) },
  ]
  const { capture, onCapture } = tools
  if (onCapture !== undefined) {
    const isWatched = capture === 'watched'
    more.push({ label: t('always'), checked: !isWatched, onSelect: () => onCapture(isWatched ? 'always' : 'watched') })
    const isRequired = capture === 'required'
    more.push({ label: t('required'), checked: isRequired, onSelect: () => onCapture(isRequired ? 'always' : 'required') })
  }
  const folded: MenuEntry[] = [
    { label: t('find'), onSelect: tools.onFind },
    { label: t('copy'), onSelect: tools.onCopy },
    { label: t('paste'), onSelect: tools.onPaste, reason },
    { label: t('full'), onSelect: tools.onFull },
    { label: t('help'), onSelect: tools.onHelp },
    { kind: 'line' },
    { label: t('break'), onSelect: tools.onBreak, reason: breakReason },
    { kind: 'line' },
    ...more,
    { kind: 'line' },
    ...sysrq,
  ]
  return (
    <div role="toolbar" aria-label={t('label')} className="flex min-h-11 shrink-0 items-center gap-x-3 border-b px-5 py-1.5">
      {children}
      <div className="ml-auto flex shrink-0 items-center gap-1 max-md:hidden">
        <Tool label={t('find')} onClick={tools.onFind} icon={<Search size={15} aria-hidden />} />
        <Tool label={t('copy')} onClick={tools.onCopy} icon={<Copy size={15} aria-hidden />} />
        <Tool label={t('paste')} onClick={tools.onPaste} icon={<ClipboardPaste size={15} aria-hidden />} reason={reason} />
        <IconButton label={t('download')} onClick={tools.onDownload} className="max-lg:hidden">
          <Download size={15} aria-hidden />
        </IconButton>
        <span aria-hidden className="mx-1 h-4 border-l border-line-strong" />
        <Button kind="quiet" size="sm" onClick={tools.onBreak} reason={breakReason}>
          <Zap size={15} aria-hidden />
          {t('break')}
        </Button>
        <MenuButton label="SysRq" entries={sysrq} kind="quiet" size="sm" align="end" title={t('sysrqTitle')} />
        <MenuButton label={t('keys')} entries={keys} kind="quiet" size="sm" align="end" title={t('keysHint')}>
          <Keyboard size={15} aria-hidden />
          <span className="max-xl:sr-only">{t('keys')}</span>
        </MenuButton>
        <span aria-hidden className="mx-1 h-4 border-l border-line-strong" />
        <Button kind="quiet" size="sm" onClick={tools.onSize} title={t('size')} className="tabular-nums max-lg:hidden">
          {columns} × {rows}
        </Button>
        <MenuButton label={t('more')} entries={more} kind="quiet" size="sm" align="end" title={t('more')}>
          <Ellipsis size={15} aria-hidden />
          <span className="sr-only">{t('more')}</span>
        </MenuButton>
        <IconButton label={tools.isFull ? t('notFull') : t('full')} size="sm" onClick={tools.onFull}>
          {tools.isFull ? <Minimize size={15} aria-hidden /> : <Maximize size={15} aria-hidden />}
        </IconButton>
        <IconButton label={t('help')} size="sm" onClick={tools.onHelp}>
          <CircleQuestionMark size={15} aria-hidden />
        </IconButton>
      </div>
      <div className="ml-auto md:hidden">
        <MenuButton label={t('label')} entries={folded} kind="quiet" align="end">
          <Ellipsis size={18} aria-hidden />
          <span className="sr-only">{t('label')}</span>
        </MenuButton>
      </div>
    </div>
  )
}

function Tool({ label, icon, onClick, reason }: { label: string; icon: ReactNode; onClick: () => void; reason?: string }) {
  return (
    <Button kind="quiet" size="sm" onClick={onClick} reason={reason} title={label} aria-label={label}>
      {icon}
      <span className="max-xl:hidden">{label}</span>
    </Button>
  )
}

function useSysrqEntries({ onSysrq, breakReason }: Tools): MenuEntry[] {
  const t = useTranslations('console.sysrq')
  return [
    { kind: 'heading', label: t('heading') },
    ...sysrqKeys.map(
      (one): MenuEntry => ({
        label: t(`key.${one.key}`),
        icon: <span className="w-3 font-mono text-muted">{one.key}</span>,
        tone: 'danger' in one ? 'danger' : undefined,
        onSelect: () => onSysrq(one.key, 'danger' in one),
        reason: breakReason,
      }),
    ),
  ]
}
