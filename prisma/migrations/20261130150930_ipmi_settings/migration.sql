-- How a person wants IPMI to be spoken with a node, and the best cipher suite that its BMC has done: nobody signs in with a weaker one unasked.
ALTER TABLE "Node" ADD COLUMN "ipmi" JSONB NOT NULL DEFAULT '{}', ADD COLUMN "cipherSuite" INTEGER;

-- The BMC's own key K_G, sealed as its password is, on its way and at rest.
ALTER TABLE "Credential" ADD COLUMN "kg" BYTEA, ADD COLUMN "kgAt" TIMESTAMPTZ(3);
ALTER TABLE "CredentialInbox" ADD COLUMN "kind" TEXT NOT NULL DEFAULT 'password';
