import { FilePage } from '#components/add/file-page.tsx'

export default function Page() {
  return <FilePage />
}
