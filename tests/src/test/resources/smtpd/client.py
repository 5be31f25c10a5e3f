"""Plays a session to an SMTP server and prints what it says.

Arguments: the folder with certificates, the port, wishes of the form name=value (version, ciphers, cert, name), and steps between bars.
STARTTLS goes on with a handshake when it is accepted; TLS is a handshake at once; ANOTHER is a client that comes besides, hears one reply
and goes; END closes the connection; every other step is a command.
"""
import socket
import ssl
import subprocess
import sys


def context(wishes, folder):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    if 'version' in wishes:
        version = {'1.2': ssl.TLSVersion.TLSv1_2, '1.3': ssl.TLSVersion.TLSv1_3}[wishes['version']]
        made.maximum_version = made.minimum_version = version
    if 'ciphers' in wishes:
        made.set_ciphers(wishes['ciphers'].replace(',', ':'))
    if 'cert' in wishes:
        name = folder + '/' + wishes['cert']
        made.load_cert_chain(name + '.pem', name + '.key')
    return made


class Session:
    def __init__(self, port, wishes, folder):
        self.port = port
        self.folder = folder
        self.socket = socket.create_connection(('127.0.0.1', port), 60)
        self.wishes = wishes
        self.context = context(wishes, folder)
        self.rest = b''

    def line(self):
        while b'\n' not in self.rest:
            more = self.socket.recv(65536)
            if not more:
                raise EOFError
            self.rest += more
        line, self.rest = self.rest.split(b'\n', 1)
        return line.decode('latin-1').rstrip('\r')

    def reply(self):
        lines = [self.line()]
        while lines[-1][3:4] == '-':
            lines.append(self.line())
        # Ours alone has it (RFC 8689).
        lines = [line for line in lines if line[4:] != 'REQUIRETLS']
        lines[-1] = lines[-1][:3] + ' ' + lines[-1][4:]
        print('\n'.join(lines))
        return lines[0]

    def send(self, text):
        self.socket.sendall(text.encode('latin-1') + b'\r\n')

    def tls(self):
        self.socket = self.context.wrap_socket(self.socket, server_hostname=self.wishes.get('name'))
        shown = ssl.DER_cert_to_PEM_cert(self.socket.getpeercert(True))
        text = subprocess.run(['openssl', 'x509', '-noout', '-text'], input=shown, capture_output=True, text=True).stdout
        print('TLS', self.socket.version(), self.socket.cipher()[0], text.split('Public Key Algorithm: ')[1].split()[0])

    def over(self):
        while self.socket.recv(65536):
            pass
        self.socket.close()

    def play(self, steps):
        if steps[0] != 'TLS':
            self.reply()
        for step in steps:
            if step == 'TLS':
                self.tls()
                self.reply()
            elif step == 'ANOTHER':
                other = Session(self.port, self.wishes, self.folder)
                other.reply()
                try:
                    other.send('QUIT')
                    other.over()
                except OSError:
                    # It was turned away, and its QUIT came after that.
                    other.socket.close()
            elif step == 'END':
                return
            else:
                self.send(step)
                if self.reply().startswith('220 ') and step == 'STARTTLS':
                    self.tls()


session = Session(int(sys.argv[2]), dict(word.split('=', 1) for word in sys.argv[3].split()), sys.argv[1])
try:
    session.play(sys.argv[4].split(' | '))
except (EOFError, OSError):
    print('closed')
finally:
    session.socket.close()
