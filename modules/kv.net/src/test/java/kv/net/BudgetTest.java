package kv.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BudgetTest {
    private static final long LIMIT = 8000;

    private final SignalQueue signals = new SignalQueue(() -> { });
    private final Budget budget = new Budget(LIMIT);

    private Account client() {
        return new Account(budget, new Signal(signals, "client"));
    }

    @Test
    void charge_alone_isRefusedBeforeTheLastEighth() {
        Account hog = client();
        assertTrue(hog.charge(7000));
        assertFalse(hog.charge(1));
        assertFalse(hog.evicted);
        hog.release(3000);
        assertTrue(hog.charge(3000));
        assertThrows(IllegalStateException.class, () -> hog.release(7001));
    }

    @Test
    void charge_full_largestGoesOthersAreServed() {
        Account large = client();
        Account larger = client();
        large.charge(1500);
        larger.charge(5400);
        Account small = client();
        assertTrue(small.charge(500));
        assertTrue(larger.evicted);
        assertFalse(larger.charge(1));
        assertFalse(large.evicted);
        assertTrue(client().charge(500), "one is leaving, nobody else must");
        assertFalse(client().charge(500), "beyond the limit nobody is served");
        assertEquals(1, budget.evictions());
        larger.close();
        assertTrue(small.charge(3000));
    }

    @Test
    void spared_neverGoes_othersGoForIt_butHasItsLimit() {
        Account spared = client();
        Account small = client();
        small.charge(900);
        spared.charge(100);
        spared.spare(true);
        assertTrue(spared.charge(6000));
        Account other = client();
        assertTrue(other.charge(500), "it is not the largest who goes");
        assertTrue(small.evicted);
        assertFalse(spared.evicted);
        small.close();
        assertTrue(spared.charge(400));
        assertTrue(spared.charge(400), "for it others go that hold less");
        assertTrue(other.evicted);
        other.close();
        assertFalse(spared.charge(1000), "nobody is left");
        assertFalse(spared.evicted);
        spared.spare(false);
        assertTrue(client().charge(200));
        assertTrue(spared.evicted, "as all others again");
        spared.close();
        assertEquals(200, budget.bytes());
    }

    @Test
    void close_withCharges_givesAllBackAndTakesNoMore() {
        Account account = client();
        account.charge(1000);
        account.close();
        assertEquals(0, budget.bytes());
        assertFalse(account.charge(1));
        assertEquals(0, budget.bytes());
    }

    /** Beside a plain sum and a plain maximum. */
    @Test
    void chargeAndRelease_atRandom_sumAndChoiceAreRight() {
        long seed = Long.getLong("kv.seed", 1);
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        List<Account> accounts = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            accounts.add(client());
        }
        for (int step = 0; step < 200_000; step++) {
            int who = random.nextInt(accounts.size());
            Account account = accounts.get(who);
            if (account.evicted || random.nextInt(50) == 0) {
                account.close();
                accounts.set(who, client());
            } else if (account.held > 0 && random.nextInt(2) == 0) {
                account.release(1 + random.nextInt((int) account.held));
            } else {
                chargeAndCheck(account, 1 + random.nextInt(900), accounts);
            }
            assertEquals(accounts.stream().mapToLong(each -> each.held).sum(), budget.bytes());
            assertTrue(budget.bytes() <= LIMIT);
        }
    }

    private void chargeAndCheck(Account account, int bytes, List<Account> accounts) {
        long evictions = budget.evictions();
        long most = accounts.stream().filter(each -> !each.evicted && each != account)
                .mapToLong(each -> each.held).max().orElse(0);
        List<Account> before = accounts.stream().filter(each -> !each.evicted).toList();
        account.charge(bytes);
        if (budget.evictions() > evictions) {
            Account gone = before.stream().filter(each -> each.evicted).findFirst().orElseThrow();
            assertTrue(2 * gone.held > most, () -> gone.held + " of " + most + " had to go");
        }
    }
}
