"""The way to us for clients that only speak HTTPS with Oracle's host names: a proxy that leads nowhere else.

    client                                                    us
    CONNECT EXT-crypto.kms.local-1.oci.DOMAIN:443   ------>   one of our names? else 403
                                                    <------   200
    TLS, the certificate from our own CA            <----->   the same server that answers everywhere
    POST /20180608/sign                             ------>

Sources: RFC 9110, section 9.3.6 (CONNECT); RFC 9112, section 3.2.2 (absolute-form); RFC 5280, section
4.2.1.10 (what names a CA may certify).

Nothing is ever connected to: the stream is handed to our own server in this process. So there is no way
through it to another host, to another port of this one, or to what only listens on loopback.
"""
