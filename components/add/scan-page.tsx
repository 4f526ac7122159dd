'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useRouter } from 'next/navigation'
import { useState, type FormEvent } from 'react'
import { createScan } from '#lib/api/nodes-commands.ts'
import { settingsQuery } from '#lib/api/queries.ts'
import { scanKeys, scansQuery } from '#lib/api/scan-queries.ts'
import type { Scan } from '#lib/api/nodes-contract.ts'
import { defaultPorts } from '#lib/domain/bmc.ts'
import { Button } from '../ui/button.tsx'
import { LocalTime } from '../ui/local-time.tsx'
import { Link } from '../ui/link.tsx'
import { Cell, HeadCell, Row, Table } from '../ui/table.tsx'
import { TextArea, TextField } from '../ui/text-field.tsx'
import { previewScan } from './scan-form.ts'
import { useRefusalWords } from './use-plan-words.ts'

type ScanForm = { ranges: string; redfishPort: string; ipmiPort: string }
const toPort = (text: string, usual: number) => (text.trim() === '' ? usual : Number(text))

/** Where BMCs may stand that nobody has written down. */
export function ScanPage() {
  const t = useTranslations('add')
  const router = useRouter()
  const client = useQueryClient()
  const refusal = useRefusalWords()
  const [form, setForm] = useState<ScanForm>({ ranges: '', redfishPort: '', ipmiPort: '' })
  const networks = useQuery(settingsQuery()).data?.networks ?? []
  const scans = useQuery(scansQuery()).data?.scans ?? []
  const preview = previewScan(form.ranges)
  const start = useMutation({
    mutationFn: () =>
      createScan({ ranges: form.ranges, ports: { redfish: toPort(form.redfishPort, defaultPorts.redfish), ipmi: toPort(form.ipmiPort, defaultPorts.ipmi) } }),
    onSuccess: ({ id }) => {
      void client.invalidateQueries({ queryKey: scanKeys.scans })
      router.push(`/add/scan/${id}`)
    },
  })
  const set = (change: Partial<ScanForm>) => {
    start.reset()
    setForm({ ...form, ...change })
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (preview !== null && !start.isPending) start.mutate()
  }
  return (
    <>
      <form onSubmit={submit} noValidate className="grid max-w-4xl gap-x-6 gap-y-4 px-5 py-4 sm:grid-cols-2">
        <p className="text-muted sm:col-span-2">{t('scanText')}</p>
        <TextArea
          mono
          label={t('ranges')}
          placeholder="10.0.4.0/24, 10.0.5.1-50"
          hint={networks.length === 0 ? t('noNetworks') : t('rangesHint', { networks: networks.join(', ') })}
          error={start.error === null ? null : refusal(start.error)}
          value={form.ranges}
          onChange={(event) => set({ ranges: event.target.value })}
          maxLength={4096}
          className="sm:col-span-2"
        />
        <details className="sm:col-span-2">
          <summary className="w-fit rounded-sm text-label text-muted">{t('ports')}</summary>
          <div className="mt-1.5 grid max-w-xs grid-cols-2 gap-3">
            <TextField mono label={t('redfishPort')} placeholder="443" inputMode="numeric" value={form.redfishPort} onChange={(event) => set({ redfishPort: event.target.value })} />
            <TextField mono label={t('ipmiPort')} placeholder="623" inputMode="numeric" value={form.ipmiPort} onChange={(event) => set({ ipmiPort: event.target.value })} />
          </div>
        </details>
        <div className="flex flex-wrap items-center gap-4 sm:col-span-2">
          <Button type="submit" kind="strong" busy={start.isPending} disabled={preview === null}>
            {t('startScan')}
          </Button>
          <output className="text-muted">{preview === null ? '' : t('scanPreview', preview)}</output>
        </div>
      </form>
      {scans.length > 0 && <ScanTable scans={scans} />}
    </>
  )
}

function ScanTable({ scans }: { scans: readonly Scan[] }) {
  const t = useTranslations('add')
  return (
    <section aria-labelledby="scans-before" className="border-t">
      <h2 id="scans-before" className="px-5 pt-4 pb-2 text-label text-muted">
        {t('scansBefore')}
      </h2>
      <Table aria-labelledby="scans-before">
        <thead>
          <tr>
            <HeadCell>{t('ranges')}</HeadCell>
            <HeadCell numeric>{t('foundHead')}</HeadCell>
            <HeadCell>{t('state')}</HeadCell>
            <HeadCell className="max-sm:hidden">{t('by')}</HeadCell>
            <HeadCell className="max-sm:hidden">{t('at')}</HeadCell>
          </tr>
        </thead>
        <tbody>
          {scans.map((scan) => (
            <Row key={scan.id}>
              <Cell className="max-w-72 truncate font-mono">
                <Link href={`/add/scan/${scan.id}`} prefetch={false}>
                  {scan.ranges}
                </Link>
              </Cell>
              <Cell numeric>{scan.found}</Cell>
              <Cell className="text-muted max-sm:pr-5">
                {scan.state === 'done' ? t(`end.${scan.end ?? 'finished'}`) : scan.state === 'queued' ? t('waiting') : t('percent', { share: scan.asked / scan.total })}
              </Cell>
              <Cell className="text-muted max-sm:hidden">{scan.by}</Cell>
              <Cell className="text-muted max-sm:hidden">
                <LocalTime at={scan.askedAt} />
              </Cell>
            </Row>
          ))}
        </tbody>
      </Table>
    </section>
  )
}
