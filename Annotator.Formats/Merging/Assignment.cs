namespace Annotator.Formats.Merging;

/// <summary>Pairs the members of two groups so that the sum of the pairs' values is the largest (the Hungarian method).</summary>
public static class Assignment
{
    /// <summary>For each row the column it is paired with, or -1. The cost grows with the third power of the larger side.</summary>
    public static int[] Best(double[,] values)
    {
        var (rows, columns) = (values.GetLength(0), values.GetLength(1));
        var size = Math.Max(rows, columns);
        var rowPotential = new double[size + 1];
        var columnPotential = new double[size + 1];
        var rowOf = new int[size + 1];
        for (var row = 1; row <= size; row++)
        {
            Augment(row, size, Cost, rowPotential, columnPotential, rowOf);
        }

        var result = new int[rows];
        Array.Fill(result, -1);
        for (var column = 1; column <= columns; column++)
        {
            if (rowOf[column] is var row && row > 0 && row <= rows)
            {
                result[row - 1] = column - 1;
            }
        }

        return result;

        double Cost(int row, int column) => row <= rows && column <= columns ? -values[row - 1, column - 1] : 0;
    }

    /// <summary>Gives one more row a column, moving others where that is cheaper. Rows and columns count from 1; 0 is none.</summary>
    private static void Augment(int row, int size, Func<int, int, double> cost, double[] rowPotential, double[] columnPotential, int[] rowOf)
    {
        var least = new double[size + 1];
        Array.Fill(least, double.PositiveInfinity);
        var visited = new bool[size + 1];
        var cameFrom = new int[size + 1];
        rowOf[0] = row;
        var column = 0;
        do
        {
            visited[column] = true;
            var (delta, next) = (double.PositiveInfinity, 0);
            for (var other = 1; other <= size; other++)
            {
                if (visited[other])
                {
                    continue;
                }

                var reduced = cost(rowOf[column], other) - rowPotential[rowOf[column]] - columnPotential[other];
                if (reduced < least[other])
                {
                    (least[other], cameFrom[other]) = (reduced, column);
                }

                if (least[other] < delta)
                {
                    (delta, next) = (least[other], other);
                }
            }

            for (var other = 0; other <= size; other++)
            {
                if (visited[other])
                {
                    rowPotential[rowOf[other]] += delta;
                    columnPotential[other] -= delta;
                }
                else
                {
                    least[other] -= delta;
                }
            }

            column = next;
        }
        while (rowOf[column] != 0);

        while (column != 0)
        {
            var before = cameFrom[column];
            rowOf[column] = rowOf[before];
            column = before;
        }
    }
}
