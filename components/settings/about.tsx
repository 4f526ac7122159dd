'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { healthQuery } from '#lib/api/queries.ts'
import type { Role } from '#lib/domain/role.ts'
import { HealthMark } from '#components/ui/marks.tsx'
import { ReadState } from './read-state.tsx'
import { Section } from './section.tsx'

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex max-w-md justify-between gap-4 py-1">
      <dt className="text-muted">{name}</dt>
      <dd className="flex items-center gap-2">{children}</dd>
    </div>
  )
}

/** What runs, and who looks. */
export function About({ name, role }: { name: string; role: Role }) {
  const t = useTranslations('settings')
  const roles = useTranslations('roles')
  const common = useTranslations('common')
  const query = useQuery(healthQuery())
  return (
    <>
      <Section title={common('product')}>
        <ReadState query={query}>
          {(health) => (
            <dl className="px-5">
              <Fact name={t('version')}>
                <span className="font-mono">{health.version}</span>
              </Fact>
              <Fact name={t('database')}>
                <HealthMark level={health.database === 'ok' ? 'ok' : 'critical'} />
                {health.database === 'ok' ? t('databaseOk') : t('databaseAway')}
              </Fact>
              <Fact name={t('conductors')}>
                {health.conductors === 0 && <HealthMark level="critical" />}
                {health.conductors}
              </Fact>
              <Fact name={t('signedInAs')}>
                {name} <span className="text-muted">{roles(role)}</span>
              </Fact>
            </dl>
          )}
        </ReadState>
      </Section>
      <Section title={t('api')} text={t('apiText')}>
        <p className="px-5">
          <a href="/api/openapi.json" className="font-mono underline decoration-line-control underline-offset-3">
            /api/openapi.json
          </a>
        </p>
      </Section>
    </>
  )
}
