'use client'

import { useTranslations } from 'next-intl'
import type { Image } from '#lib/api/images-contract.ts'
import { foldNames } from '#lib/domain/fold-names.ts'
import { toSizeText } from '#lib/domain/image-space.ts'
import { Age } from '../ui/age.tsx'
import { Copy, toClipboard } from '../ui/copy.tsx'
import { Link } from '../ui/link.tsx'
import { RowMenu } from '../ui/row-menu.tsx'
import { Cell, HeadCell, Row, Table } from '../ui/table.tsx'
import { Boots } from './boots.tsx'

type TableProps = { images: readonly Image[]; mayManage: boolean; onRemove: (image: Image) => void }

/** The images that BMCs may read. On a phone the cells of one stand one under the other. */
export function ImageTable({ images, mayManage, onRemove }: TableProps) {
  const t = useTranslations('images')
  return (
    <Table aria-label={t('title')}>
      <thead className="max-md:hidden">
        <tr>
          <HeadCell>{t('name')}</HeadCell>
          <HeadCell numeric>{t('size')}</HeadCell>
          <HeadCell>{t('bootsBy')}</HeadCell>
          <HeadCell className="max-lg:hidden">{t('checksum')}</HeadCell>
          <HeadCell>{t('usedBy')}</HeadCell>
          <HeadCell>{t('added')}</HeadCell>
          <HeadCell aria-hidden />
        </tr>
      </thead>
      <tbody>
        {images.map((image) => (
          <ImageRow key={image.id} image={image} mayManage={mayManage} onRemove={() => onRemove(image)} />
        ))}
      </tbody>
    </Table>
  )
}

function ImageRow({ image, mayManage, onRemove }: { image: Image; mayManage: boolean; onRemove: () => void }) {
  const t = useTranslations('images')
  const { name, facts, bytes, sha256, usedBy, source, by, readyAt } = image
  return (
    <Row className="max-md:relative max-md:flex max-md:h-auto max-md:flex-col max-md:gap-1 max-md:py-2.5" data-image={name}>
      <Cell className="max-w-80 py-1.5 max-md:max-w-full max-md:py-0 max-md:pr-14 max-md:pl-5">
        <span className="block truncate font-mono" title={name}>
          {name}
        </span>
        {facts?.label != null && (
          <span className="block truncate text-label text-faint" title={facts.label}>
            {facts.label}
          </span>
        )}
      </Cell>
      <Cell numeric className="whitespace-nowrap tabular-nums max-md:pl-5 max-md:text-left">
        {toSizeText(bytes ?? 0)}
      </Cell>
      <Cell className="whitespace-nowrap max-md:pl-5">{facts !== null && <Boots facts={facts} />}</Cell>
      <Cell className="whitespace-nowrap max-lg:hidden">
        <span className="inline-flex items-center gap-1 font-mono text-label text-muted" title={sha256 ?? undefined}>
          {sha256?.slice(0, 12)}…
          <Copy text={sha256 ?? ''} label={t('copyChecksumOf', { name })} />
        </span>
      </Cell>
      <Cell className="max-md:pl-5">
        <UsedBy nodes={usedBy} />
      </Cell>
      <Cell className="whitespace-nowrap text-muted max-md:pl-5">
        {readyAt !== null && <Age at={readyAt} />}
        <span title={source ?? undefined} className="ml-2 text-faint">
          {t(source === null ? 'uploadedBy' : 'fetchedBy', { by })}
        </span>
      </Cell>
      <Cell numeric className="w-12 max-md:absolute max-md:top-1 max-md:right-0 max-md:w-auto">
        <RowMenu
          label={t('actionsOf', { name })}
          entries={[
            { label: t('copyChecksum'), onSelect: () => void toClipboard(sha256 ?? '') },
            { kind: 'line' },
            { label: t('remove'), tone: 'danger', reason: mayManage ? (usedBy.length > 0 ? t('removeUsed', { nodes: foldNames(usedBy) }) : undefined) : t('mayNot'), onSelect: onRemove },
          ]}
        />
      </Cell>
    </Row>
  )
}

function UsedBy({ nodes }: { nodes: readonly string[] }) {
  const t = useTranslations('images')
  if (nodes.length === 0) return <span className="text-faint max-md:hidden">{t('unused')}</span>
  if (nodes.length > 3) return <Link href={`/?q=${encodeURIComponent(foldNames(nodes))}`} className="font-mono">{foldNames(nodes)}</Link>
  return (
    <span className="inline-flex flex-wrap gap-x-2">
      {nodes.map((node) => (
        <Link key={node} href={`/nodes/${encodeURIComponent(node)}`} className="font-mono">
          {node}
        </Link>
      ))}
    </span>
  )
}
