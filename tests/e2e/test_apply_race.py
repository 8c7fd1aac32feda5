"""Many writers on one base: exactly one wins, the others hear it."""
import os
import threading


from gamesrv import bundle, request

WRITERS = 16
ROUNDS = int(os.environ.get("GAMESRV_ROUNDS", 60))


def test_of_many_writers_on_one_base_exactly_one_wins(daemon):
    d = daemon()
    d.apply(bundle(a=1))
    start, end = threading.Barrier(WRITERS + 1), threading.Barrier(WRITERS + 1)
    base, answers = [1], [None] * WRITERS

    def write(me):
        while True:
            start.wait()
            if base[0] is None:
                return
            body = {"files": bundle(a=base[0] % 300 * 30 + me + 1), "base_revision": base[0], "message": f"writer {me}"}
            answers[me] = request(d.socket, "POST", "/v1/config/apply", body)
            end.wait()

    threads = [threading.Thread(target=write, args=(i,), daemon=True) for i in range(WRITERS)]
    for t in threads:
        t.start()
    for n in range(ROUNDS):
        start.wait()
        end.wait()
        won = [i for i, (status, _) in enumerate(answers) if status == 200]
        assert len(won) == 1, [(s, r.get("error", r.get("outcome"))) for s, r in answers]
        assert answers[won[0]][1]["revision"] == base[0] + 1
        for i, (status, reply) in enumerate(answers):
            if i == won[0]:
                continue
            assert status == 409 and reply["error"]["code"] == "conflict", reply
            details = reply["error"]["details"]
            assert details["winner"]["message"] == f"writer {won[0]}"
            (clash,) = details["clashes"]
            assert clash["path"] == "Thing/a.hp" and clash["mine"] != clash["theirs"]
        base[0] += 1

    base[0] = None
    start.wait()
    assert d.revision() == 1 + ROUNDS
