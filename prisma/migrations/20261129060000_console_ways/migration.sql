-- By which way a node's console is opened, where that is not the first that its BMC has.
ALTER TABLE "ConsoleSetting" ADD COLUMN "way" TEXT NOT NULL DEFAULT 'auto';

-- The SSH host key by which a BMC is known again: kept on first use, before a password is sent. Another one that was shown is noted for a
-- person to look at, and trusts nothing.
CREATE TABLE "SshHostKey" (
    "nodeId" UUID NOT NULL,
    "key" TEXT,
    "pinnedAt" TIMESTAMPTZ(3),
    "other" TEXT,
    "otherAt" TIMESTAMPTZ(3),

    CONSTRAINT "SshHostKey_pkey" PRIMARY KEY ("nodeId")
);

ALTER TABLE "SshHostKey" ADD CONSTRAINT "SshHostKey_nodeId_fkey" FOREIGN KEY ("nodeId") REFERENCES "Node"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- A key that was trusted anew lets a console open that was given up.
CREATE TRIGGER ssh_host_key_changed AFTER UPDATE ON "SshHostKey" FOR EACH STATEMENT EXECUTE FUNCTION work_arrived();
