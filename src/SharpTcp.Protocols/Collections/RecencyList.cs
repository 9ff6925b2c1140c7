namespace SharpTcp.Protocols;

/// <summary>An entry of a <see cref="RecencyList{T}"/>, which is in one list at a time.</summary>
internal interface IRecencyNode<T>
    where T : class
{
    T? Newer { get; set; }

    T? Older { get; set; }
}

/// <summary>Entries in the order of their last use or of their entry, linked through themselves: what a bounded table lets go first is its <see cref="Oldest"/>.</summary>
internal sealed class RecencyList<T>
    where T : class, IRecencyNode<T>
{
    public T? Newest { get; private set; }

    public T? Oldest { get; private set; }

    public int Count { get; private set; }

    public void AddNewest(T entry)
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

    public void Remove(T entry)
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

    public void Touch(T entry)
    {
        if (entry != Newest)
        {
            Remove(entry);
            AddNewest(entry);
        }
    }

    /// <summary>Forgets the order at once; the entries are to be forgotten too.</summary>
    public void Clear()
    {
        Newest = null;
        Oldest = null;
        Count = 0;
    }
}
