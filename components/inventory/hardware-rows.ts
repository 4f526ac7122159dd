'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { inventoryQuery } from '#lib/api/queries.ts'
import type { Inventory } from '#lib/domain/inventory.ts'
import { coresOf, partsOf, toLine, toMemoryFigures, toNetworkFigures } from './summary.ts'

/** The machine in a few lines for its overview; null until its inventory was read, or where the BMC tells of none of this. */
export function useHardwareRows(node: string): [name: string, text: string][] | null {
  const t = useTranslations('inventory')
  const { data } = useQuery(inventoryQuery(node))
  const made = data?.inventory ?? null
  if (made === null) return null
  const rows: [string, string | null][] = [
    [t('section.processors'), processorsOf(made, t)],
    [t('section.memory'), memoryOf(made, t)],
    [t('section.storage'), toLine(made, 'drive')],
    [t('section.network'), networkOf(made, t)],
    [t('gpus'), toLine(made, 'accelerator') ?? (made.sections.accelerator === 'read' ? t('none') : null)],
    [t('bios'), partsOf(made, 'bios')[0]?.firmware ?? null],
  ]
  const known = rows.filter((row): row is [string, string] => row[1] !== null && row[1] !== '')
  return known.length === 0 ? null : known
}

type Words = ReturnType<typeof useTranslations<'inventory'>>

function processorsOf(made: Inventory, t: Words): string | null {
  const [processors, cores] = [toLine(made, 'processor'), coresOf(made)]
  return processors === null || cores === 0 ? processors : t('processorsLine', { processors, cores })
}

function memoryOf(made: Inventory, t: Words): string | null {
  const memory = toMemoryFigures(made)
  return memory === null ? null : t('memoryLine', { total: memory.total, modules: memory.modules, slots: memory.slots })
}

function networkOf(made: Inventory, t: Words): string | null {
  const network = toNetworkFigures(made)
  if (network === null) return null
  if (network.links === '') return t('interfaces', { count: network.others })
  return network.others === 0 ? network.links : t('networkLine', { links: network.links, others: network.others })
}
