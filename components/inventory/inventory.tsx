'use client'

import { useQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import type { InventoryAnswer } from '#lib/api/contract.ts'
import { paths } from '#lib/api/paths.ts'
import { inventoryQuery } from '#lib/api/queries.ts'
import { staleAfterMs } from '#lib/domain/as-of.ts'
import type { Inventory as Made, PartKind } from '#lib/domain/inventory.ts'
import { ageWords } from '../ui/age.tsx'
import { buttonStyle } from '../ui/button-style.ts'
import { cx } from '../ui/class-names.ts'
import { useNow } from '../ui/clock.tsx'
import { Instant } from '../ui/instant.tsx'
import { EmptyState } from '../ui/states.tsx'
import { useWords } from '../ui/words.tsx'
import { MemoryGrid } from './memory-grid.tsx'
import { NetworkList } from './network-list.tsx'
import { PartList } from './part-list.tsx'
import { PartTable } from './part-table.tsx'
import { Section } from './section.tsx'
import { bySlot, coresOf, partsOf, toLine, toMemoryFigures, toSectionState } from './summary.ts'
import { ValidityList } from './validity-list.tsx'

const wide = {
  processors: ['processor', 'accelerator'],
  memory: ['memory'],
  storage: ['controller', 'drive', 'volume'],
  network: ['adapter', 'nic', 'port'],
  pcie: ['pcie'],
  supplies: ['supply'],
} as const satisfies Record<string, readonly PartKind[]>

const narrow = {
  system: ['system', 'chassis', 'board'],
  bmcNetwork: ['bmcNic'],
  firmware: ['bmc', 'bios', 'firmware'],
  bootOptions: ['bootOption'],
  licences: ['licence'],
  certificates: ['certificate'],
} as const satisfies Record<string, readonly PartKind[]>

const lists: Partial<Record<SectionKey, typeof PartList>> = { bmcNetwork: NetworkList, licences: ValidityList, certificates: ValidityList }

type SectionKey = keyof typeof wide | keyof typeof narrow

type Named = [name: SectionKey, kinds: readonly PartKind[]]
const wideSections = Object.entries(wide) as Named[]
const narrowSections = Object.entries(narrow) as Named[]

function useSubs(made: Made): Partial<Record<SectionKey, string>> {
  const t = useTranslations('inventory')
  const memory = toMemoryFigures(made)
  const cores = coresOf(made)
  const processors = toLine(made, 'processor')
  const pcie = partsOf(made, 'pcie').length
  return {
    processors: processors === null ? '' : cores === 0 ? processors : t('processorsLine', { processors, cores }),
    memory: memory === null ? '' : t('memoryLine', { total: memory.total, modules: memory.modules, slots: memory.slots }),
    storage: toLine(made, 'drive') ?? '',
    pcie: pcie === 0 ? '' : t('pcieLine', { count: pcie, empty: made.absent.pcie ?? 0 }),
  }
}

type PartSectionProps = { made: Made; name: SectionKey; kinds: readonly PartKind[]; sub?: string; isNarrow?: boolean }

function PartSection({ made, name, kinds, sub, isNarrow = false }: PartSectionProps) {
  const t = useTranslations('inventory')
  const Parts = lists[name] ?? (isNarrow ? PartList : PartTable)
  const parts = kinds.flatMap((kind) => bySlot(partsOf(made, kind)))
  const empty = name === 'memory' ? (made.absent.memory ?? 0) : 0
  return (
    <Section
      id={`inventory-${name}`}
      title={t(`section.${name}`)}
      sub={sub}
      state={toSectionState(made, kinds)}
      isEmpty={parts.length === 0 && empty === 0}
    >
      {name === 'memory' ? <MemoryGrid modules={parts} empty={empty} /> : <Parts parts={parts} label={t(`section.${name}`)} />}
    </Section>
  )
}

/** Replaceable parts as their own memories describe them, over IPMI: chassis, board, product and the rest. */
function FruSection({ fru }: { fru: Made }) {
  const t = useTranslations('inventory')
  const kinds = ['system', 'board', 'chassis', 'fru'] as const
  const parts = partsOf(fru, ...kinds)
  return (
    <Section id="inventory-frus" title={t('section.frus')} state={toSectionState(fru, kinds)} isEmpty={parts.length === 0}>
      <PartTable parts={parts} label={t('section.frus')} />
    </Section>
  )
}

type ReadProps = { answer: InventoryAnswer; at: string; silent: boolean; /** It could not be asked for again. */ isOld: boolean }

/** How old the reading is, and the way to take it along. */
function Read({ answer, at, silent, isOld }: ReadProps) {
  const t = useTranslations('inventory')
  const words = useWords()
  const ageMs = useNow() - Date.parse(at)
  return (
    <div className="flex min-h-13 shrink-0 flex-wrap items-center gap-x-3 gap-y-2 border-b px-5 py-2">
      <span className="text-muted">
        <Instant at={at} className={cx(ageMs > staleAfterMs.inventory && 'text-warning')}>
          {t('readBy', { age: ageWords(ageMs, words), protocol: answer.via === 'ipmi' ? 'IPMI' : 'Redfish' })}
        </Instant>
      </span>
      {silent && <span className="text-warning">{t('silent')}</span>}
      {isOld && <span className="text-warning">{t('old')}</span>}
      <a href={paths.fleetInventory()} download="baseboard-inventory.csv" title={t('csvTitle')} className={`${buttonStyle('plain', 'sm')} ml-auto`}>
        <Download size={14} aria-hidden />
        {t('csv')}
      </a>
    </div>
  )
}

type InventoryProps = {
  node: string
  /** The BMC cannot be spoken to: this is what it was. */
  silent: boolean
  /** What the server rendered. */
  first: InventoryAnswer
  renderChanges: (changes: InventoryAnswer['changes']) => ReactNode
}

/** What a node is made of, how old that knowledge is, and what changed over time. */
export function Inventory({ node, silent, first, renderChanges }: InventoryProps) {
  const t = useTranslations('inventory')
  const { data, isError } = useQuery({ ...inventoryQuery(node), initialData: first })
  if (data.inventory === null || data.at === null) return <EmptyState title={t('emptyTitle')}>{silent ? t('emptySilent') : t('emptyText')}</EmptyState>
  return (
    <>
      <Read answer={data} at={data.at} silent={silent} isOld={isError} />
      <Parts answer={data} made={data.inventory} renderChanges={renderChanges} />
    </>
  )
}

function Parts({ answer, made, renderChanges }: { answer: InventoryAnswer; made: Made; renderChanges: InventoryProps['renderChanges'] }) {
  const t = useTranslations('inventory')
  const subs = useSubs(made)
  const isTold = ([, kinds]: Named) => toSectionState(made, kinds) !== 'untold'
  const untold = [...wideSections, ...narrowSections].filter((one) => !isTold(one))
  const { fru } = made.sections
  const frus = answer.fru?.inventory ?? (fru === undefined ? null : { ...made, parts: partsOf(made, 'fru'), sections: { fru } })
  return (
    <div className="grid flex-1 content-start lg:grid-cols-[minmax(0,5fr)_minmax(0,3fr)] lg:content-stretch lg:divide-x">
      <div className="min-w-0">
        {wideSections.filter(isTold).map(([name, kinds]) => (
          <PartSection key={name} made={made} name={name} kinds={kinds} sub={subs[name]} />
        ))}
        {frus !== null && <FruSection fru={frus} />}
        {untold.length > 0 && (
          <p className="px-5 py-4 text-faint">{t('untold', { parts: untold.map(([name]) => t(`section.${name}`)).join(', ') })}</p>
        )}
      </div>
      <div className="min-w-0 max-lg:border-t">
        {narrowSections.filter(isTold).map(([name, kinds]) => (
          <PartSection key={name} made={made} name={name} kinds={kinds} isNarrow />
        ))}
        <section aria-labelledby="inventory-changes" className="px-5 py-4">
          <h2 id="inventory-changes" className="mb-3 text-label text-muted">
            {t('changes')}
          </h2>
          {renderChanges(answer.changes)}
        </section>
      </div>
    </div>
  )
}
