'use client'

import { ChevronDown, ChevronRight } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { memo } from 'react'
import { hiddenValue } from '#lib/domain/raw.ts'
import { Badge } from '../ui/badge.tsx'
import { cx } from '../ui/class-names.ts'
import { longest, type JsonNode } from './json-nodes.ts'
import { canOpen } from './json-view.ts'
import { LocalLink } from './local-link.tsx'
import type { DocumentView } from './use-document.ts'

const indentPx = 18

const tones: Partial<Record<JsonNode['kind'], string>> = { number: 'text-info', boolean: 'text-accent', null: 'text-faint' }

/** The text with every place that was looked for marked. It is the BMC's: marks in it that turn the direction turn nothing beside it. */
function Marked({ text, wanted }: { text: string; wanted: string }) {
  const at = wanted === '' ? -1 : text.toLowerCase().indexOf(wanted.toLowerCase())
  if (at < 0) return <bdi>{text}</bdi>
  return (
    <bdi>
      {text.slice(0, at)}
      <mark className="rounded-sm bg-warning/30 text-text">{text.slice(at, at + wanted.length)}</mark>
      {text.slice(at + wanted.length)}
    </bdi>
  )
}

function Value({ node, isClosed, wanted }: { node: JsonNode; isClosed: boolean; wanted: string }) {
  const t = useTranslations('redfish')
  const { kind, text, size } = node
  if (kind === 'link') {
    return (
      <LocalLink address={text} tabIndex={-1} className="underline decoration-line-control underline-offset-3 hover:decoration-current">
        <Marked text={text} wanted={wanted} />
      </LocalLink>
    )
  }
  if (kind === 'object' || kind === 'array') {
    return (
      <span className="text-faint">
        {kind === 'array' ? `[${size}]` : `{${size}}`}
        {isClosed && text !== '' && <bdi className="ml-2 text-muted">{text.slice(0, longest)}</bdi>}
      </span>
    )
  }
  if (text === hiddenValue) {
    return (
      <span title={t('hiddenHint')}>
        <Badge tone="info">{t('hiddenOne')}</Badge>
      </span>
    )
  }
  if (kind === 'string' && (text.length > longest || text.includes('\n'))) {
    const beginning = text.split('\n', 1)[0]!.slice(0, longest)
    return (
      <>
        <span className="mr-2 whitespace-pre">
          <Marked text={`${beginning}…`} wanted={wanted} />
        </span>
        <span className="text-faint">{t('characters', { count: size })}</span>
      </>
    )
  }
  return (
    <span className={cx('whitespace-pre', tones[kind])}>
      {kind === 'string' && text === '' ? <span className="text-faint">{t('emptyText')}</span> : <Marked text={text} wanted={wanted} />}
    </span>
  )
}

type Props = { view: DocumentView; index: number; top: number; height: number }

/** A line of the tree; kept as it is while others come into sight. */
export const JsonRow = memo(function JsonRow({ view, index, top, height }: Props) {
  const node = view.nodes[index]!
  const isHolder = canOpen(view.nodes, index)
  const isClosed = view.closed.has(index)
  const isActive = view.active === index
  const Chevron = isClosed ? ChevronRight : ChevronDown
  const press = () => {
    view.setActive(index)
    // A click that ends a selection of text is not meant for the line.
    if (isHolder && window.getSelection()?.isCollapsed !== false) view.toggle(index)
  }
  return (
    // The tree has the focus and the keys, and names its active line.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      id={`line-${index}`}
      data-line={index}
      role="treeitem"
      aria-level={node.depth + 1}
      aria-expanded={isHolder ? !isClosed : undefined}
      aria-selected={isActive}
      onClick={press}
      style={{ top, height, paddingLeft: 20 + node.depth * indentPx }}
      className={cx(
        'absolute right-0 left-0 flex items-center pr-5 font-mono text-label whitespace-nowrap',
        isActive ? 'bg-selected group-focus-visible:outline-2 group-focus-visible:-outline-offset-2 group-focus-visible:outline-info' : 'hover:bg-hover',
      )}
    >
      <span aria-hidden className="flex w-4 shrink-0 text-faint">
        {isHolder && <Chevron size={12} />}
      </span>
      {node.key !== null && (
        <span className="mr-2 text-muted">
          {typeof node.key === 'number' ? <span className="text-faint">{node.key}</span> : <Marked text={node.key} wanted={view.text} />}
        </span>
      )}
      <Value node={node} isClosed={isClosed} wanted={view.text} />
    </div>
  )
})
