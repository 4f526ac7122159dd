'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { usersQuery } from '#lib/api/queries.ts'
import { HeadCell, Table } from '#components/ui/table.tsx'
import { InviteDialog } from './invite-dialog.tsx'
import { PersonRow } from './person-row.tsx'
import { ReadState } from './read-state.tsx'
import { AddButton, Section } from './section.tsx'

/** Everyone with an account. `me` is the name of who looks. */
export function People({ me }: { me: string }) {
  const t = useTranslations('settings')
  const query = useQuery(usersQuery())
  const [inviting, setInviting] = useState(false)
  return (
    <Section
      title={t('users')}
      action={<AddButton onClick={() => setInviting(true)}>{t('invite')}</AddButton>}
    >
      <ReadState query={query}>
        {({ users }) => {
          const administrators = users.filter((user) => user.role === 'admin' && !user.disabled).length
          return (
            <Table>
              <thead>
                <tr>
                  <HeadCell>{t('person')}</HeadCell>
                  <HeadCell>{t('role')}</HeadCell>
                  <HeadCell className="max-sm:hidden">{t('state')}</HeadCell>
                  <HeadCell className="max-md:hidden">{t('created')}</HeadCell>
                  <HeadCell className="max-sm:hidden">{t('lastSignIn')}</HeadCell>
                  <HeadCell aria-hidden />
                </tr>
              </thead>
              <tbody>
                {users.map((user) => (
                  <PersonRow key={user.id} user={user} isMe={user.name === me} isLast={user.role === 'admin' && !user.disabled && administrators === 1} />
                ))}
              </tbody>
            </Table>
          )
        }}
      </ReadState>
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
    </Section>
  )
}
