// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/engine/tools/sandboxtesting.h"

#include <QFile>
#include <QTcpServer>
#include <QTemporaryDir>

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// What hostile code tries, and that it comes to nothing. Each row's program prints one line per attempt.
class TestSandboxEscape : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        qputenv("LATHE_TEST_API_KEY", "sk-lathe-secret-marker");
        LATHE_NEED_SANDBOX();
    }

    void attemptsComeToNothing_data()
    {
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("expected");
        QStringList numbers;
        for (const auto& [name, number] :
             std::initializer_list<std::pair<QString, long>>{{u"ptrace"_s, SYS_ptrace},
                                                             {u"mount"_s, SYS_mount},
                                                             {u"umount2"_s, SYS_umount2},
                                                             {u"io_uring_setup"_s, SYS_io_uring_setup},
                                                             {u"bpf"_s, SYS_bpf},
                                                             {u"perf_event_open"_s, SYS_perf_event_open},
                                                             {u"keyctl"_s, SYS_keyctl},
                                                             {u"add_key"_s, SYS_add_key},
                                                             {u"unshare"_s, SYS_unshare},
                                                             {u"clone"_s, SYS_clone},
                                                             {u"clone3"_s, SYS_clone3},
                                                             {u"sethostname"_s, SYS_sethostname}}) {
            numbers << u"'%1': %2"_s.arg(name).arg(number);
        }
        const QString attempt = u"NR = {"_s + numbers.join(u", "_s) + u"}\n"_s +
                                u"import os, errno, socket, ctypes, subprocess\n"
                                "libc = ctypes.CDLL(None, use_errno=True)\n"
                                "def attempt(f):\n"
                                "    try:\n"
                                "        return repr(f())\n"
                                "    except OSError as e:\n"
                                "        return errno.errorcode.get(e.errno, str(e.errno))\n"
                                "def call(number, *arguments):\n"
                                "    r = libc.syscall(number, *arguments)\n"
                                "    return 'allowed' if r >= 0 else errno.errorcode[ctypes.get_errno()]\n"_s;
        const auto row = [&attempt](const char *name, const QString& code, const QString& expected) {
            QTest::newRow(name) << QString(attempt + code) << expected;
        };
        row("internet socket", u"print(attempt(lambda: socket.socket()))"_s, u"EAFNOSUPPORT"_s);
        row("internet socket v6", u"print(attempt(lambda: socket.socket(socket.AF_INET6)))"_s, u"EAFNOSUPPORT"_s);
        row("raw and netlink sockets",
            u"print(attempt(lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW)),"
            "attempt(lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)))"_s,
            u"EAFNOSUPPORT EAFNOSUPPORT"_s);
        row("local sockets work", u"a, b = socket.socketpair(); a.send(b'x'); print(b.recv(1))"_s, u"b'x'"_s);
        row("name look-up",
            u"try:\n    socket.getaddrinfo('example.org', 80); print('resolved')\n"
            "except socket.gaierror:\n    print('no')"_s,
            u"no"_s);
        row("only a loopback device without an address",
            u"print(sorted(l.split(':')[0].strip() for l in open('/proc/net/dev').readlines()[2:]))"_s, u"['lo']"_s);
        row("host folders",
            u"print([p for p in ('/etc/shadow', '/etc/passwd', '/root', '/home', '/run', '/var', '/sys', '/boot', "
            "'/opt', '/srv', '/mnt', '/media') if os.path.lexists(p)])"_s,
            u"[]"_s);
        row("the working folder is empty", u"print(os.listdir('/work'), os.listdir('/tmp'))"_s, u"[] []"_s);
        row("writes outside", u"print([attempt(lambda: open(p, 'w')) for p in ('/usr/x', '/etc/x', '/x', '/dev/x')])"_s,
            u"['EROFS', 'EROFS', 'EROFS', 'EROFS']"_s);
        row("make a folder in the root", u"print(attempt(lambda: os.mkdir('/m')))"_s, u"EROFS"_s);
        row("system memory and disks",
            u"print([p for p in ('/dev/mem', '/dev/kmem', '/dev/sda', '/dev/vda', '/dev/loop0') if os.path.exists(p)])"_s,
            u"[]"_s);
        row("kill everything", u"print(attempt(lambda: os.kill(-1, 9)))"_s, u"ESRCH"_s);
        row("see other processes", u"print(sorted(p for p in os.listdir('/proc') if p.isdigit()))"_s, u"['1', '2']"_s);
        row("who am i", u"print(os.getuid(), os.getgid(), os.getgroups() in ([], [65534]))"_s, u"65534 65534 True"_s);
        row("capabilities",
            u"print([l.split()[1] for l in open('/proc/self/status') if l[:6] in ('CapEff', 'CapPrm', 'CapBnd')])"_s,
            u"['0000000000000000', '0000000000000000', '0000000000000000']"_s);
        row("no new privileges",
            u"print([l.split()[1] for l in open('/proc/self/status') if l.startswith(('NoNewPrivs', 'Seccomp:'))])"_s,
            u"['1', '2']"_s);
        row("become root", u"print(attempt(lambda: os.setuid(0)))"_s, u"EINVAL"_s);
        row("trace", u"print(call(NR['ptrace'], 0, 0, 0, 0))"_s, u"EPERM"_s);
        row("mount", u"print(call(NR['mount'], b'none', b'/work', b'tmpfs', 0, 0), call(NR['umount2'], b'/usr', 0))"_s,
            u"EPERM EPERM"_s);
        row("io_uring", u"print(call(NR['io_uring_setup'], 8, 0))"_s, u"EPERM"_s);
        row("bpf and perf", u"print(call(NR['bpf'], 0, 0, 0), call(NR['perf_event_open'], 0, 0, 0, 0, 0))"_s,
            u"EPERM EPERM"_s);
        row("key ring", u"print(call(NR['keyctl'], 0, 0), call(NR['add_key'], b'user', b'x', b'y', 1, -2))"_s,
            u"EPERM EPERM"_s);
        row("new namespaces by unshare", u"print(call(NR['unshare'], 0x10000000), call(NR['unshare'], 0x20000))"_s,
            u"EPERM EPERM"_s);
        row("new namespaces by clone",
            u"print([call(NR['clone'], flag | 17, 0, 0, 0, 0) for flag in (0x10000000, 0x20000, 0x40000000, 0x20000000)])"_s,
            u"['EPERM', 'EPERM', 'EPERM', 'EPERM']"_s);
        row("clone3", u"print(call(NR['clone3'], 0, 0))"_s, u"ENOSYS"_s);
        row("nested unshare program",
            u"print(subprocess.run(['unshare', '-Ur', 'true'], capture_output=True).returncode != 0)"_s, u"True"_s);
        row("push input into the terminal",
            u"import fcntl, termios\nprint(attempt(lambda: fcntl.ioctl(0, termios.TIOCSTI, b'x')))"_s, u"EPERM"_s);
        row("terminal", u"print(attempt(lambda: open('/dev/tty')))"_s, u"ENXIO"_s);
        row("host name", u"print(socket.gethostname(), call(NR['sethostname'], b'evil', 4))"_s, u"sandbox EPERM"_s);
        row("inherited descriptors", u"print(sorted(os.listdir('/proc/self/fd')))"_s, u"['0', '1', '2', '3']"_s);
        row("one process may not hold four gigabytes",
            u"try:\n    b = bytearray(4 << 30); print('held')\nexcept MemoryError:\n    print('MemoryError')"_s,
            u"MemoryError"_s);
        row("one file over the limit",
            u"import signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\nf = open('f', 'wb')\n"
            "print(attempt(lambda: [f.write(b'x' * (1 << 20)) for _ in range(40)] and f.flush()), "
            "os.path.getsize('f') <= 32 << 20)"_s,
            u"EFBIG True"_s);
        row("fill the working folder",
            u"def fill():\n    for n in range(4):\n        with open(f'f{n}', 'wb') as f:\n"
            "            for _ in range(30):\n                f.write(b'x' * (1 << 20)); f.flush()\n"
            "print(attempt(fill), sum(os.path.getsize(f) for f in os.listdir('.')) <= 64 << 20)"_s,
            u"ENOSPC True"_s);
        row("fill shared memory and the temporary folder",
            u"def fill(d):\n    with open(d + '/f', 'wb') as f:\n        for _ in range(8):\n"
            "            f.write(b'x' * (1 << 20)); f.flush()\n"
            "print(attempt(lambda: fill('/dev/shm')), attempt(lambda: fill('/tmp')))"_s,
            u"ENOSPC ENOSPC"_s);
    }

    void attemptsComeToNothing()
    {
        QFETCH(const QString, code);
        QFETCH(const QString, expected);
        const SandboxOutcome outcome = runSandboxed(pythonJob(code));
        QCOMPARE(QString::fromUtf8(outcome.standardOutput + outcome.standardError).trimmed(), expected);
        QCOMPARE(outcome.exitCode, 0);
    }

    void cannotReachAServerOfTheHost()
    {
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        const SandboxOutcome outcome = runSandboxed(
            bashJob(u"(echo hello > /dev/tcp/127.0.0.1/%1) 2>/dev/null && echo connected || echo refused"_s.arg(
                server.serverPort())));
        QCOMPARE(outcome.standardOutput, QByteArray("refused\n"));
        QVERIFY(!server.hasPendingConnections());
    }

    void findsNothingOfTheParentsEnvironment()
    {
        QVERIFY(qEnvironmentVariable("LATHE_TEST_API_KEY").startsWith(u"sk-lathe"_s));
        // The marker is put together inside, so that the command line that can be read does not hold it.
        const SandboxOutcome outcome = runSandboxed(
            pythonJob(u"import glob, os\n"
                      "marker = ('sk-lathe-' + 'secret').encode()\n"
                      "hits, read = [], 0\n"
                      "for path in glob.glob('/proc/*/*') + glob.glob('/proc/*/task/*/*'):\n"
                      "    if not os.path.isfile(path) or path.endswith(('kmsg', 'kcore', 'pagemap', '/mem')) or "
                      "'trace' in path:\n"
                      "        continue\n"
                      "    try:\n"
                      "        data = open(path, 'rb').read(1 << 20); read += 1\n"
                      "    except OSError:\n"
                      "        continue\n"
                      "    if marker in data:\n"
                      "        hits.append(path)\n"
                      "print(hits, read > 20, open('/proc/1/environ').read().split('\\0')[0])\n"
                      "print(sorted(os.environ))\n"_s));
        QCOMPARE(outcome.standardError, QByteArray());
        const QList<QByteArray> lines = outcome.standardOutput.split('\n');
        QCOMPARE(lines.at(0), QByteArray("[] True PATH=/usr/bin:/bin"));
        QVERIFY2(!lines.at(1).contains("LATHE"), lines.at(1).constData());
    }

    void doesNotInheritOpenFiles()
    {
        // Opened without close-on-exec, as a careless library would.
        const int fd = ::open("/etc/hostname", O_RDONLY);
        QVERIFY(fd >= 0);
        const SandboxOutcome outcome = runSandboxed(bashJob(u"ls /proc/$$/fd | tr '\\n' ' '"_s));
        ::close(fd);
        QCOMPARE(outcome.standardOutput.trimmed().left(5), QByteArray("0 1 2"));
        QVERIFY2(!outcome.standardOutput.contains(QByteArray::number(fd)), outcome.standardOutput.constData());
    }

    void stopsAForkBomb()
    {
        SandboxJob job = pythonJob(u"import os, time\n"
                                   "n = 0\n"
                                   "try:\n"
                                   "    while n < 500:\n"
                                   "        if os.fork() == 0:\n"
                                   "            time.sleep(60)\n"
                                   "        n += 1\n"
                                   "except OSError as e:\n"
                                   "    print(n, e.errno, flush=True)\n"
                                   "time.sleep(60)\n"_s);
        job.wallLimit = 3s;
        const SandboxOutcome outcome = runSandboxed(job);
        QVERIFY(outcome.timedOut());
        const QList<QByteArray> words = outcome.standardOutput.trimmed().split(' ');
        QCOMPARE(words.size(), 2);
        QVERIFY2(words.at(0).toInt() <= 32, words.at(0).constData());
        QCOMPARE(words.at(1), QByteArray("11"));
    }

    void doesNotFollowLinksWhenItCollectsFiles()
    {
        QTemporaryDir host;
        QFile secret(host.filePath(u"secret.txt"_s));
        QVERIFY(secret.open(QIODevice::WriteOnly));
        secret.write("host secret");
        secret.close();
        const QString path = secret.fileName();
        const SandboxOutcome outcome = runSandboxed(
            bashJob(u"ln -s %1 a; ln -s %2 b; ln -s / c; ln -s /proc/self/root d; ls"_s.arg(path, host.path())));
        QCOMPARE(outcome.exitCode, 0);
        QVERIFY(outcome.files.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestSandboxEscape)
#include "tst_sandboxescape.moc"
