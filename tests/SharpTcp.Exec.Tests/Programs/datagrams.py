"""What a UDP socket does, in words; to be run on the kernel and on the stack."""
import errno, select, socket, sys, threading, time

def say(what, action):
    try:
        print(what, action())
    except OSError as error:
        print(what, 'failed', errno.errorcode.get(error.errno, type(error).__name__))

for family, host in ((socket.AF_INET, sys.argv[1]), (socket.AF_INET6, sys.argv[2])):
    a = socket.socket(family, socket.SOCK_DGRAM)
    b = socket.socket(family, socket.SOCK_DGRAM)
    print('type', a.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE), a.getsockopt(socket.SOL_SOCKET, socket.SO_PROTOCOL))
    a.bind((host, 0))
    b.bind((host, 0))
    to = a.getsockname()[:2]
    print('sent', b.sendto(b'one', to))
    data, source = a.recvfrom(100)
    print(data, source[:2] == b.getsockname()[:2])
    print('empty', b.sendto(b'', to), a.recvfrom(100)[0])
    b.sendto(b'two', to)
    b.sendto(b'three', to)
    print('peek', a.recvfrom(100, socket.MSG_PEEK)[0], 'then', a.recv(100), a.recvfrom(2)[0])
    b.sendto(b'0123456789', to)
    data, ancillary, flags, source = a.recvmsg(4)
    print('cut', data, ancillary, flags & socket.MSG_TRUNC != 0, source[:2] == b.getsockname()[:2])
    print('gathered', b.sendmsg([b'ab', b'cd', b'ef'], [], 0, to), a.recv(100))
    say('no destination', lambda: b.sendmsg([b'x']))
    say('too long', lambda: b.sendto(b'x' * 70000, to))
    say('large', lambda: (b.sendto(b'x' * 20000, to), len(a.recv(30000))))
    a.setblocking(False)
    say('nothing', lambda: a.recvfrom(10))
    a.settimeout(0.1)
    say('timed out', lambda: a.recvfrom(10))
    a.settimeout(None)

    # One source among several, interleaved with calls that do not ask.
    c = socket.socket(family, socket.SOCK_DGRAM)
    c.bind((host, 0))
    for i in range(6):
        (b if i % 2 else c).sendto(b'%d' % i, to)
    time.sleep(0.2)
    seen = []
    for i in range(6):
        if i in (1, 4):
            seen.append((a.recv(10), None))
        else:
            data, source = a.recvfrom(10)
            seen.append((data, 'b' if source[1] == b.getsockname()[1] else 'c'))
    print('sources', seen)

    # Connected.
    b.connect(to)
    print('peer', b.getpeername()[:2] == to)
    b.send(b'to the peer')
    data, source = a.recvfrom(100)
    a.connect(source[:2])
    a.send(b'back')
    print(data, b.recv(100))
    c.sendto(b'not from the peer', a.getsockname()[:2])
    a.settimeout(0.2)
    say('filtered', lambda: a.recv(100))

    # Waiting, and readiness.
    got = []
    thread = threading.Thread(target=lambda: got.append(b.recvfrom(100)[0]))
    thread.start()
    time.sleep(0.1)
    a.send(b'wake up')
    thread.join(10)
    print(got)
    poll = select.poll()
    poll.register(b, select.POLLIN)
    print('idle', poll.poll(0))
    a.send(b'again')
    print('ready', [e for _, e in poll.poll(5000)], b.recv(10))
    for i in range(50):
        a.send(b'%d' % i)
        b.recv(10)
    print('fifty')
    a.close()
    b.close()
    c.close()
print('done')
