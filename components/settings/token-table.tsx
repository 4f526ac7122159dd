'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import type { ApiToken } from '#lib/api/tokens-contract.ts'
import { keys } from '#lib/api/queries.ts'
import { useErrorWords } from '#components/errors/use-error-words.ts'
import { Age } from '#components/ui/age.tsx'
import { Badge } from '#components/ui/badge.tsx'
import { Button } from '#components/ui/button.tsx'
import { LocalTime } from '#components/ui/local-time.tsx'
import { Cell, HeadCell, Row, Table } from '#components/ui/table.tsx'
import { toast } from '#components/ui/toast.tsx'

type Revoke = (id: string) => Promise<void>

function May({ scopes }: { scopes: ApiToken['scopes'] }) {
  const t = useTranslations('tokens')
  if (scopes === null) return t('all')
  return [t('reads'), ...scopes.map((scope) => t(`scope.${scope}`))].join(' · ')
}

function End({ token }: { token: ApiToken }) {
  const t = useTranslations('tokens')
  if (token.dead === 'expired' || token.dead === 'disabled') return <Badge tone="warning">{t(token.dead)}</Badge>
  return token.expiresAt === null ? <span className="text-warning">{t('never')}</span> : <LocalTime at={token.expiresAt} shape="day" />
}

function TokenRow({ token, isOfAll, revoke }: { token: ApiToken; isOfAll: boolean; revoke: Revoke }) {
  const t = useTranslations('tokens')
  const roles = useTranslations('roles')
  const words = useErrorWords()
  const client = useQueryClient()
  const revoking = useMutation({
    mutationFn: () => revoke(token.id),
    onSuccess: () => toast({ level: 'ok', title: t('revoked', { name: token.name }) }),
    onError: (error) => toast({ level: 'critical', title: words(error) }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.tokens }),
  })
  return (
    <Row>
      <Cell className="max-w-64 font-medium max-sm:max-w-36 max-sm:py-2">
        <span className="block truncate" title={token.name}>
          {token.name}
        </span>
        <span className="font-normal text-muted sm:hidden">{roles(token.role)}</span>
      </Cell>
      {isOfAll && <Cell className="text-muted max-lg:hidden">{token.owner ?? t('ofSite')}</Cell>}
      <Cell className="max-sm:hidden">{roles(token.role)}</Cell>
      <Cell className="max-w-72 text-muted max-md:hidden">
        <May scopes={token.scopes} />
      </Cell>
      <Cell className="whitespace-nowrap">
        <End token={token} />
      </Cell>
      <Cell className="max-sm:hidden">
        {token.lastUsedAt === null ? <span className="text-faint">{t('unused')}</span> : <Age at={token.lastUsedAt} />}
        {token.lastUsedIp !== null && <span className="ml-2 font-mono text-label text-faint max-lg:hidden">{token.lastUsedIp}</span>}
      </Cell>
      <Cell numeric>
        <Button size="sm" kind="quiet" busy={revoking.isPending} aria-label={t('revokeOf', { name: token.name })} onClick={() => revoking.mutate()}>
          {t('revoke')}
        </Button>
      </Cell>
    </Row>
  )
}

/** Tokens and what they may; `isOfAll` tells whose each is. */
export function TokenTable({ tokens, isOfAll, revoke }: { tokens: readonly ApiToken[]; isOfAll: boolean; revoke: Revoke }) {
  const t = useTranslations('tokens')
  const settings = useTranslations('settings')
  return (
    <Table>
      <thead>
        <tr>
          <HeadCell>{t('name')}</HeadCell>
          {isOfAll && <HeadCell className="max-lg:hidden">{t('owner')}</HeadCell>}
          <HeadCell className="max-sm:hidden">{settings('role')}</HeadCell>
          <HeadCell className="max-md:hidden">{t('may')}</HeadCell>
          <HeadCell>{t('expires')}</HeadCell>
          <HeadCell className="max-sm:hidden">{t('lastUsed')}</HeadCell>
          <HeadCell aria-hidden />
        </tr>
      </thead>
      <tbody>
        {tokens.map((token) => (
          <TokenRow key={token.id} token={token} isOfAll={isOfAll} revoke={revoke} />
        ))}
      </tbody>
    </Table>
  )
}
