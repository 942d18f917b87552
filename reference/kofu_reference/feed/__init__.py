"""The record feed between core, relay and issuing server: sending, and what a receiver answers. [2.6]"""
