namespace SharpTcp.Protocols;

/// <summary>Neighbours in the order of their last use.</summary>
internal sealed class NeighborList
{
    public NeighborEntry? Newest { get; private set; }

    public NeighborEntry? Oldest { get; private set; }

    public int Count { get; private set; }

    public void AddNewest(NeighborEntry entry)
    {
        entry.Older = Newest;
        entry.Newer = null;
        if (Newest is not null)
        {
            Newest.Newer = entry;
        }

        Newest = entry;
        Oldest ??= entry;
        Count++;
    }

    public void Remove(NeighborEntry entry)
    {
        if (entry.Newer is null)
        {
            Newest = entry.Older;
        }
        else
        {
            entry.Newer.Older = entry.Older;
        }

        if (entry.Older is null)
        {
            Oldest = entry.Newer;
        }
        else
        {
            entry.Older.Newer = entry.Newer;
        }

        entry.Newer = null;
        entry.Older = null;
        Count--;
    }

    public void Touch(NeighborEntry entry)
    {
        if (entry != Newest)
        {
            Remove(entry);
            AddNewest(entry);
        }
    }
}
