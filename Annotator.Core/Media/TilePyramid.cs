using System.Buffers.Binary;

namespace Annotator.Core.Media;

/// <summary>
/// A large picture in tiles of 512 pixels: level 0 has the full size, each next one half of it, rounded up, until all of it is one
/// tile. The blob of a pyramid begins with a table of 8-byte places and 4-byte lengths, little-endian, of all tiles by level, row
/// and column; JPEG files follow.
/// </summary>
public readonly record struct TilePyramid(int Width, int Height)
{
    public const int TileSize = 512;

    /// <summary>Bytes of a tile's line in the table.</summary>
    private const int EntryLength = 12;

    public int Levels
    {
        get
        {
            var levels = 1;
            for (var side = Math.Max(Width, Height); side > TileSize; side = Half(side))
            {
                levels++;
            }

            return levels;
        }
    }

    /// <summary>Tiles of all levels together.</summary>
    public int Tiles => FirstOf(Levels);

    /// <summary>Columns and rows of tiles; those at the right and at the bottom are smaller.</summary>
    public (int Columns, int Rows) GridOf(int level)
    {
        var (width, height) = (Width, Height);
        for (var half = 0; half < level; half++)
        {
            (width, height) = (Half(width), Half(height));
        }

        return ((width + TileSize - 1) / TileSize, (height + TileSize - 1) / TileSize);
    }

    /// <summary>The tile's line in the table; null where there is no such tile.</summary>
    public int? IndexOf(int level, int column, int row)
    {
        if (level < 0 || level >= Levels)
        {
            return null;
        }

        var (columns, rows) = GridOf(level);
        return column < 0 || column >= columns || row < 0 || row >= rows ? null : FirstOf(level) + (row * columns) + column;
    }

    /// <summary>Where in a pyramid's blob a tile is.</summary>
    /// <param name="pyramid">Seekable.</param>
    public static async Task<(long Offset, int Length)> FindAsync(Stream pyramid, int index, CancellationToken cancel)
    {
        var entry = new byte[EntryLength];
        pyramid.Position = (long)index * EntryLength;
        await pyramid.ReadExactlyAsync(entry, cancel);
        return (BinaryPrimitives.ReadInt64LittleEndian(entry), BinaryPrimitives.ReadInt32LittleEndian(entry.AsSpan(8)));
    }

    /// <summary>Writes a pyramid of files that are named by level, column and row.</summary>
    public async Task WriteAsync(Stream output, Func<int, int, int, string> fileOf, CancellationToken cancel)
    {
        var files = new List<string>(Tiles);
        for (var level = 0; level < Levels; level++)
        {
            var (columns, rows) = GridOf(level);
            for (var tile = 0; tile < columns * rows; tile++)
            {
                files.Add(fileOf(level, tile % columns, tile / columns));
            }
        }

        var table = new byte[files.Count * EntryLength];
        var offset = (long)table.Length;
        for (var index = 0; index < files.Count; index++)
        {
            var length = (int)new FileInfo(files[index]).Length;
            BinaryPrimitives.WriteInt64LittleEndian(table.AsSpan(index * EntryLength), offset);
            BinaryPrimitives.WriteInt32LittleEndian(table.AsSpan((index * EntryLength) + 8), length);
            offset += length;
        }

        await output.WriteAsync(table, cancel);
        foreach (var file in files)
        {
            await using var content = File.OpenRead(file);
            await content.CopyToAsync(output, cancel);
        }
    }

    private int FirstOf(int level)
    {
        var tiles = 0;
        for (var before = 0; before < level; before++)
        {
            var (columns, rows) = GridOf(before);
            tiles += columns * rows;
        }

        return tiles;
    }

    private static int Half(int side) => (side + 1) / 2;
}
