"""The sync agent: runs beside an ERP and keeps every channel true to what it exports."""
