import { RangePage } from '#components/add/range-page.tsx'

export default function Page() {
  return <RangePage />
}
