using System.Collections.Generic;

namespace SharpTcp.Posix;

/// <summary>Which descriptor is which file. Numbers come from <see cref="IDescriptorNumbers"/>, by default the lowest free one.</summary>
internal sealed class DescriptorTable(IDescriptorNumbers? numbers, int capacity)
{
    private readonly Dictionary<int, PosixFile> _files = [];
    private readonly PriorityQueue<int, int> _free = new();
    private int _next = FirstNumber;

    // 0 to 2 are taken in every program.
    private const int FirstNumber = 3;

    public int Count => _files.Count;

    /// <summary>Gives a file a number; −EMFILE if there is none.</summary>
    public int Add(PosixFile file)
    {
        if (_files.Count >= capacity)
        {
            return -Errno.TooManyFiles;
        }

        var number = numbers is not null ? numbers.Allocate() : _free.Count > 0 ? _free.Dequeue() : _next++;
        if (number < 0)
        {
            return -Errno.TooManyFiles;
        }

        file.Descriptor = number;
        _files.Add(number, file);
        return number;
    }

    public PosixFile? Find(int number) => _files.GetValueOrDefault(number);

    public void Remove(int number)
    {
        if (!_files.Remove(number))
        {
            return;
        }

        if (numbers is not null)
        {
            numbers.Free(number);
        }
        else
        {
            _free.Enqueue(number, number);
        }
    }
}
