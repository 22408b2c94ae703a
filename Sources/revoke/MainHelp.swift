/// What `revoke --help` says; the commands' own help is the parser's.
enum MainHelp {
    static let text = """
        Find, end and prove dead every authorization that others hold on your accounts.

          revoke --dry-run                  look; changes nothing
          revoke                            do it, after you typed a number
          revoke --account acme-google      only one account, connector, kind, holder
          revoke --authorization 20         only number 20 of the last plan
          revoke --dry-run --plan-out FILE  save exactly this plan
          revoke apply FILE                 carry out exactly that plan
          revoke resume [RUN]               go on after a crash, a lost network, Ctrl-C
          revoke verify [RUN]               read again: still dead? anything back?
          revoke log list|show|verify       the audit log
          revoke accounts list|check        your accounts: who we are, what we see
          revoke connectors list|show|check|new|trust
          revoke sandbox                    play all of it without a real account

        Choose  --account --connector --exclude-connector --kind --holder --owner
                --authorization --older-than 90d --unused-for 90d --include-unconfirmed
        Safety  -n, --dry-run   --confirm TEXT   --yes   --max N   --max-percent P
                --plan-out FILE   --no-input
        Output  --format table|json|jsonl|csv|plain   --output FILE
                --color auto|always|never   --quiet   --verbose   --detailed-exitcode
        Where   --config FILE   --state-dir FOLDER
        Exit    0 done and proven, 1 error, 2 something to revoke (--detailed-exitcode),
                3 something not shown dead, 4 steps by hand left, 5 something not seen,
                64 wrong use or not confirmed, 130 stopped
        More    revoke COMMAND --help, man revoke
        """
}
