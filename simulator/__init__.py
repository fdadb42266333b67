"""The staging world: simulated channels, a legacy ERP, shoppers, faults and one virtual clock."""
