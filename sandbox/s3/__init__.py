"""An S3 server for one machine: moto's, with a disk, with signatures that count, and with faults."""
