"""What a TCP socket does, in words; to be run on the kernel and on the stack."""
import errno, os, select, socket, struct, sys, threading, time

def name(error):
    return errno.errorcode.get(error.errno, str(error.errno)) if isinstance(error, OSError) and error.errno else type(error).__name__

def say(what, action):
    try:
        print(what, action())
    except OSError as error:
        print(what, 'failed', name(error))

def pair(family, host):
    listener = socket.socket(family)
    listener.bind((host, 0))
    listener.listen(5)
    client = socket.socket(family)
    client.connect(listener.getsockname()[:2])
    server, peer = listener.accept()
    print('peer', peer[0] == client.getsockname()[0], peer[1] == client.getsockname()[1])
    listener.close()
    return client, server

def closed_port(family, host):
    probe = socket.socket(family)
    probe.bind((host, 0))
    port = probe.getsockname()[1]
    probe.close()
    return port

for family, host in ((socket.AF_INET, sys.argv[1]), (socket.AF_INET6, sys.argv[2])):
    # Names and options.
    s = socket.socket(family)
    print('type', s.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE), s.getsockopt(socket.SOL_SOCKET, socket.SO_DOMAIN), s.getsockopt(socket.SOL_SOCKET, socket.SO_PROTOCOL))
    print('unbound', s.getsockname()[:2])
    say('peer of none', s.getpeername)
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    print('nodelay', s.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    print('keepalive', s.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE))
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 3))
    print('linger', struct.unpack('ii', s.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8)))
    say('no such option', lambda: s.getsockopt(socket.IPPROTO_TCP, 250))
    say('accept of none', s.accept)
    s.bind((host, 0))
    print('bound', s.getsockname()[0] == host, s.getsockname()[1] > 0)
    say('bind again', lambda: s.bind((host, 0)))
    other = socket.socket(family)
    say('bind taken', lambda: other.bind((host, s.getsockname()[1])))
    say('bind foreign', lambda: other.bind(('10.0.0.99' if family == socket.AF_INET else '2001:db8::99', 0)))
    s.listen(1)
    print('listens', s.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
    s.setblocking(False)
    say('accept now', s.accept)
    other.close()
    s.close()

    # Bytes both ways, half close, end.
    client, server = pair(family, host)
    client.sendall(b'hello')
    print('peek', server.recv(3, socket.MSG_PEEK), 'then', server.recv(100))
    server.sendall(b'a' * 300000)
    server.shutdown(socket.SHUT_WR)
    total = 0
    while True:
        got = client.recv(65536)
        if not got:
            break
        total += len(got)
    print('half closed', total)
    client.sendall(b'still')
    print('other half', server.recv(100))
    client.close()
    print('end', server.recv(100))
    server.close()

    # Readiness.
    client, server = pair(family, host)
    poll = select.poll()
    poll.register(server, select.POLLIN | select.POLLOUT)
    print('poll idle', [e for _, e in poll.poll(0)])
    client.send(b'x')
    waiting = select.poll()
    waiting.register(server, select.POLLIN)
    print('poll data', [e for _, e in waiting.poll(5000)])
    epoll = select.epoll()
    epoll.register(server, select.EPOLLIN | select.EPOLLET)
    print('edge', [e for _, e in epoll.poll(5)], [e for _, e in epoll.poll(0)])
    client.send(b'y')
    print('next edge', [e for _, e in epoll.poll(5)])
    server.recv(10)
    server.setblocking(False)
    say('empty', lambda: server.recv(1))
    server.settimeout(0.1)
    say('timed out', lambda: server.recv(1))
    client.close()
    server.close()

    # A reset.
    client, server = pair(family, host)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    client.close()
    waiting = select.poll()
    waiting.register(server, select.POLLIN)
    waiting.poll(5000)
    say('reset', lambda: server.recv(1))
    server.close()

    # Writing to nobody.
    client, server = pair(family, host)
    server.close()
    client.recv(1)
    def until_failure():
        for _ in range(100):
            client.send(b'z')
            time.sleep(0.01)
    say('write to nobody', until_failure)
    client.close()

    # Refused, waiting and not.
    port = closed_port(family, host)
    s = socket.socket(family)
    say('refused', lambda: s.connect((host, port)))
    s.close()
    s = socket.socket(family)
    s.setblocking(False)
    print('connect_ex', errno.errorcode.get(s.connect_ex((host, port)), 0))
    waiting = select.poll()
    waiting.register(s, select.POLLOUT)
    print('ready', bool(waiting.poll(5000)))
    print('SO_ERROR', errno.errorcode.get(s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR), 0), s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
    s.close()

    # Not waiting for a connection.
    listener = socket.socket(family)
    listener.bind((host, 0))
    listener.listen(5)
    s = socket.socket(family)
    s.setblocking(False)
    result = s.connect_ex(listener.getsockname()[:2])
    print('in progress or done', result in (0, errno.EINPROGRESS))
    waiting = select.poll()
    waiting.register(s, select.POLLOUT)
    print('connected', [e for _, e in waiting.poll(5000)], s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
    print('again', errno.errorcode.get(s.connect_ex(listener.getsockname()[:2]), 0))
    print('listener ready', bool(select.select([listener], [], [], 5)[0]))
    accepted, _ = listener.accept()
    listener.setblocking(False)
    say('no more', listener.accept)
    print('listener idle', select.select([listener], [], [], 0)[0])
    accepted.send(b'welcome')
    s.setblocking(True)
    print(s.recv(100))
    accepted.close()
    s.close()

    # A blocked accept, and a signal-free end by another thread's connection.
    listener.setblocking(True)
    taken = []
    thread = threading.Thread(target=lambda: taken.append(listener.accept()[0]))
    thread.start()
    time.sleep(0.1)
    s = socket.create_connection(listener.getsockname()[:2])
    thread.join(10)
    print('accepted in a thread', len(taken))
    taken[0].close()
    s.close()
    listener.close()

    # fork and dup.
    client, server = pair(family, host)
    child = os.fork()
    if child == 0:
        client.close()
        server.sendall(b'from the child')
        os._exit(0)
    copy = server.dup()
    server.close()
    print(client.recv(100), os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    copy.sendall(b'from the copy')
    print(client.recv(100))
    copy.close()
    print('end', client.recv(1))
    client.close()

    # Much, both ways at once.
    client, server = pair(family, host)
    def pump(s, count):
        block = bytes(range(256)) * 256
        while count > 0:
            count -= s.send(block[:count] if count < len(block) else block)
        s.shutdown(socket.SHUT_WR)
    def drain(s, out):
        total = 0
        while True:
            got = s.recv(1 << 20)
            if not got:
                break
            total += len(got)
        out.append(total)
    a, b = [], []
    threads = [threading.Thread(target=pump, args=(client, 5000000)), threading.Thread(target=pump, args=(server, 7000000)),
               threading.Thread(target=drain, args=(client, a)), threading.Thread(target=drain, args=(server, b))]
    for t in threads:
        t.start()
    for t in threads:
        t.join(60)
    print('much', a, b)
    client.close()
    server.close()

# What is not ours stays the kernel's.
left, right = socket.socketpair()
left.send(b'unix')
print(right.recv(10))
print('done')
