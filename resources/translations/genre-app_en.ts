<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en">
<context>
    <name>ListenPage</name>
    <message numerus="yes">
        <source>Searching… %n file(s) found</source>
        <translation>
            <numerusform>Searching… %n file found</numerusform>
            <numerusform>Searching… %n files found</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n file</numerusform>
            <numerusform>%n files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n error(s)</source>
        <translation>
            <numerusform>%n error</numerusform>
            <numerusform>%n errors</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message numerus="yes">
        <source>%n recording(s) had not been finished when the program ended; they are complete and here.</source>
        <translation>
            <numerusform>%n recording had not been finished when the program ended; it is complete and here.</numerusform>
            <numerusform>%n recordings had not been finished when the program ended; they are complete and here.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RecordPage</name>
    <message numerus="yes">
        <source>%n gap(s): the computer was too busy to keep up</source>
        <translation>
            <numerusform>%n gap: the computer was too busy to keep up</numerusform>
            <numerusform>%n gaps: the computer was too busy to keep up</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n recording(s) that had not been finished were recovered and added to Listen.</source>
        <translation>
            <numerusform>%n recording that had not been finished was recovered and added to Listen.</numerusform>
            <numerusform>%n recordings that had not been finished were recovered and added to Listen.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TakeList</name>
    <message numerus="yes">
        <source>%n gap(s)</source>
        <translation>
            <numerusform>%n gap</numerusform>
            <numerusform>%n gaps</numerusform>
        </translation>
    </message>
</context>
</TS>
