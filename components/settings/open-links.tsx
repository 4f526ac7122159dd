'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { revokeInvitation } from '#lib/api/commands.ts'
import type { Invitation } from '#lib/api/contract.ts'
import { invitationsQuery, keys } from '#lib/api/queries.ts'
import { useErrorWords } from '#components/errors/use-error-words.ts'
import { Button } from '#components/ui/button.tsx'
import { LocalTime } from '#components/ui/local-time.tsx'
import { Cell, HeadCell, Row, Table } from '#components/ui/table.tsx'
import { toast } from '#components/ui/toast.tsx'
import { ReadState } from './read-state.tsx'
import { Section } from './section.tsx'

function useKindWords() {
  const t = useTranslations('settings')
  const roles = useTranslations('roles')
  return ({ kind, role, user }: Invitation): string => {
    if (kind === 'claim') return t('kindClaim')
    return kind === 'invite' ? t('kindInvite', { role: roles(role) }) : t('kindReset', { user: user ?? '' })
  }
}

function LinkRow({ link }: { link: Invitation }) {
  const t = useTranslations('settings')
  const kindWords = useKindWords()
  const words = useErrorWords()
  const client = useQueryClient()
  const revoke = useMutation({
    mutationFn: () => revokeInvitation(link.id),
    onSuccess: () => toast({ level: 'ok', title: t('revoked') }),
    onError: (error) => toast({ level: 'critical', title: words(error) }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.invitations }),
  })
  return (
    <Row>
      <Cell>{kindWords(link)}</Cell>
      <Cell className="text-muted max-sm:hidden">{link.createdBy}</Cell>
      <Cell className="text-muted">
        <LocalTime at={link.expiresAt} />
      </Cell>
      <Cell numeric>
        <Button size="sm" kind="quiet" busy={revoke.isPending} onClick={() => revoke.mutate()}>
          {t('revoke')}
        </Button>
      </Cell>
    </Row>
  )
}

/** Links that were made and not used: who could still come in. */
export function OpenLinks() {
  const t = useTranslations('settings')
  const query = useQuery(invitationsQuery())
  return (
    <Section title={t('invitations')}>
      <ReadState query={query}>
        {({ invitations }) =>
          invitations.length === 0 ? (
            <p className="px-5 text-muted">{t('invitationsEmpty')}</p>
          ) : (
            <Table>
              <thead>
                <tr>
                  <HeadCell>{t('kind')}</HeadCell>
                  <HeadCell className="max-sm:hidden">{t('by')}</HeadCell>
                  <HeadCell>{t('expires')}</HeadCell>
                  <HeadCell aria-hidden />
                </tr>
              </thead>
              <tbody>
                {invitations.map((link) => (
                  <LinkRow key={link.id} link={link} />
                ))}
              </tbody>
            </Table>
          )
        }
      </ReadState>
    </Section>
  )
}
