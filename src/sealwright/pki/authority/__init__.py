"""What a CA gives out: revocation lists, OCSP answers, timestamps. Times and serials are handed in."""
