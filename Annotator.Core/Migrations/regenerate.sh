#!/usr/bin/env sh
# Makes the Initial migration anew from the entities. Only until the first release: after it, a change of the model is a
# migration of its own (docs/migrations.md).
set -eu
cd "$(dirname "$0")/../.."
dotnet tool restore > /dev/null
rm -f Annotator.Core/Migrations/*_Initial.cs Annotator.Core/Migrations/*_Initial.Designer.cs Annotator.Core/Migrations/*Snapshot.cs
dotnet ef migrations add Initial --project Annotator.Core --startup-project Annotator.Core --output-dir Migrations
cd Annotator.Core/Migrations
made=$(ls | sed -n 's/^\([0-9]*\)_Initial\.cs$/\1/p')
sed -i.bak "s/${made}_Initial/20261101000000_Initial/" "${made}_Initial.Designer.cs"
sed -i.bak \
    -e '/protected override void Down/,$ s/^        {$/        {\n            AnnotationTables.Drop(migrationBuilder);\n/' \
    -e '/protected override void Up/,/^        }$/ s/^        }$/\n            AnnotationTables.Create(migrationBuilder);\n        }/' \
    "${made}_Initial.cs"
mv "${made}_Initial.cs" 20261101000000_Initial.cs
mv "${made}_Initial.Designer.cs" 20261101000000_Initial.Designer.cs
rm -f -- *.bak
