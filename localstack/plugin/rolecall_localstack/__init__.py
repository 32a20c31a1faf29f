"""Providers for LocalStack 4.14 that its free edition lacks: every call goes on to moto, which LocalStack brings along."""
